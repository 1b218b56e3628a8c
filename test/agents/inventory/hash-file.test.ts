/** What happens to a file while it is being read: writes are put between the calls to the system. */
import { createHash } from 'node:crypto';
import type * as fs from 'node:fs';
import { appendFileSync, readSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashFile } from '../../../src/agents/inventory/hash-file.ts';
import { until } from '../../support/queue-engine.ts';

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>();
  return { ...real, readSync: vi.fn(real.readSync) };
});

const CHUNK = 256 * 1024;
const reading = vi.mocked(readSync);
const real = reading.getMockImplementation();

/** Does something behind the reads of a file, which are counted from 1. */
const behindReads = (act: (read: number) => void): void => {
  let reads = 0;
  reading.mockImplementation((...given) => {
    if (real === undefined) throw new Error('nothing reads');
    const bytes = real(...given);
    act((reads += 1));
    return bytes;
  });
};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hash-file-'));
  file = join(folder, 'a');
});
afterEach(async () => {
  if (real !== undefined) reading.mockImplementation(real);
  await rm(folder, { recursive: true });
});

/** A file whose last change is so long ago that one reading of it is enough. */
const settled = async (content: string): Promise<void> => {
  writeFileSync(file, content);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  await until('a file at rest', () => {
    reading.mockClear();
    hashFile(file, null);
    return reading.mock.calls.length === Math.floor(content.length / CHUNK) + 1 + tail(content);
  });
};

/** The end of a file that takes several reads is seen by one that brings nothing. */
const tail = (content: string): number => (content.length > CHUNK ? 1 : 0);

const sha256Of = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('a file that changes while it is being read', () => {
  it.each([
    ['grows', () => appendFileSync(file, 'more'), 'oldmore'],
    [
      'gets other content with its size and time put back',
      () => {
        writeFileSync(file, 'new');
        utimesSync(file, 1_700_000_000, 1_700_000_000);
      },
      'new',
    ],
  ])('is read again when it %s', async (_, change, content) => {
    await settled('old');
    behindReads((read) => {
      if (read === 1) change();
    });
    const { sha256, version } = hashFile(file, null);
    expect([sha256, version.size]).toEqual([sha256Of(content), BigInt(content.length)]);
  });

  it.each([1, 2, 3, 4])('is read again when it is long and changes behind read %i', async (at) => {
    const [old, fresh] = ['o'.repeat(2 * CHUNK + 7), 'n'.repeat(2 * CHUNK + 7)];
    await settled(old);
    behindReads((read) => {
      if (read !== at) return;
      writeFileSync(file, fresh);
      utimesSync(file, 1_700_000_000, 1_700_000_000);
    });
    expect(hashFile(file, null).sha256).toBe(sha256Of(fresh));
  });

  it('is given up when it never comes to rest', async () => {
    await settled('old');
    behindReads((read) => appendFileSync(file, `${read}`));
    expect(() => hashFile(file, null)).toThrow('it changes while it is being read');
  });
});
