/** Whoever lost the station's lock changes none of its files, by whichever call. */
import { expect, test } from 'vitest';
import { heldFiles } from '../../src/journal/held-files.ts';
import type { HostFiles } from '../../src/lib/host/host.ts';
import { systemFiles } from '../../src/lib/host/system-files.ts';

/** Every call of the interface: a new one has to say which it is. */
const calls: Readonly<Record<keyof HostFiles, 'changes' | 'looks'>> = {
  open: 'changes',
  make: 'changes',
  write: 'changes',
  truncate: 'changes',
  rename: 'changes',
  link: 'changes',
  remove: 'changes',
  touch: 'changes',
  restrict: 'changes',
  makeFolder: 'changes',
  readPart: 'looks',
  sizeOf: 'looks',
  sync: 'looks',
  syncNow: 'looks',
  close: 'looks',
  syncFolder: 'looks',
  list: 'looks',
  read: 'looks',
  readForeign: 'looks',
  load: 'looks',
  stat: 'looks',
  realPath: 'looks',
  isWritable: 'looks',
  watch: 'looks',
};

const held = heldFiles(systemFiles, {
  assertHeld() {
    throw new Error('the lock is lost');
  },
});

test('every call that changes something asks the lock first', async () => {
  const file = '/nowhere/file';
  const attempts: Partial<Record<keyof HostFiles, () => unknown>> = {
    open: () => held.open(file, 'a'),
    make: () => held.make(file),
    write: () => held.write(-1, Buffer.from('x'), 0),
    truncate: () => held.truncate(-1, 0),
    rename: () => held.rename(file, `${file}2`),
    link: () => held.link(file, `${file}2`),
    remove: () => held.remove(file),
    touch: () => held.touch(file, 0),
    restrict: () => held.restrict(file, 0o700),
    makeFolder: () => held.makeFolder(file),
  };
  for (const [name, kind] of Object.entries(calls)) {
    const attempt = Object.entries(attempts).find(([tried]) => tried === name)?.[1];
    expect(attempt !== undefined, name).toBe(kind === 'changes');
    if (attempt === undefined) continue;
    await expect((async () => attempt())(), name).rejects.toThrow('the lock is lost');
  }
});

test('looking goes on: a file opened to be read, and what is there', () => {
  expect(held.read('/nowhere/file')).toBeNull();
  expect(held.list('/nowhere')).toEqual([]);
  expect(() => held.open('/nowhere/file', 'r')).toThrow('ENOENT');
});
