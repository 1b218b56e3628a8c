import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemFiles } from '../../src/lib/host/system-files.ts';
import { writeFully } from '../../src/lib/host/write-fully.ts';
import { hostFilesContract } from '../contracts/host-files.ts';
import { createFaultyFiles, failNth } from '../support/host/faulty-files.ts';
import { createMachine } from '../support/host/machine.ts';
import { createVirtualTime } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

hostFilesContract("the machine's files", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'host-')));
  folders.push(folder);
  return {
    files: systemFiles,
    folder,
    async until(holds) {
      while (!holds()) await new Promise((resolve) => setImmediate(resolve));
    },
  };
});

const inMemory = (seed = 1) => {
  const random = createRandom(seed);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random, Date.UTC(2026, 10, 24));
  machine.disk.makeFolder('/station');
  return { time, machine, random };
};

hostFilesContract('files in memory', () => {
  const { time, machine } = inMemory();
  return {
    files: machine.start('one').host.files,
    folder: '/station',
    async until(holds) {
      while (!holds()) expect(await time.step()).toBe(true);
    },
  };
});

hostFilesContract('faulty files without a fault', () => {
  const { time, machine } = inMemory();
  return {
    files: createFaultyFiles(machine.start('one').host.files, () => null),
    folder: '/station',
    async until(holds) {
      while (!holds()) expect(await time.step()).toBe(true);
    },
  };
});

describe('the machine in memory', () => {
  test('a killed process leaves what it wrote and does nothing more', async () => {
    const { machine, time } = inMemory();
    const one = machine.start('one');
    const { files, clock } = one.host;
    let rang = false;
    clock.after(10, () => (rang = true));
    const file = files.open('/station/a', 'ax');
    writeFully(files, file, Buffer.from('x'));
    one.kill();
    expect(() => files.read('/station/a')).toThrow('dead');
    while (await time.step());
    expect(rang).toBe(false);
    expect(machine.start('two').host.files.read('/station/a')?.toString()).toBe('x');
    expect(machine.start('two').host.processes.stateOf(one.host.processes.own())).toBe('gone');
  });

  test('a power cut keeps what was synced, and of the rest a beginning', async () => {
    const lengths = new Set<number>();
    for (let seed = 1; seed < 60; seed += 1) {
      const { machine } = inMemory(seed);
      const { files } = machine.start('one').host;
      const file = files.open('/station/a', 'ax');
      writeFully(files, file, Buffer.from('synced'));
      files.syncNow(file);
      files.syncFolder('/station');
      writeFully(files, file, Buffer.from('later'));
      files.rename('/station/a', '/station/b');
      machine.cutPower();
      const found = machine.disk.list('/station');
      expect(found).toHaveLength(1);
      const bytes = machine.disk.read(`/station/${found[0]}`) ?? Buffer.alloc(0);
      expect(bytes.toString()).toMatch(/^synced/);
      lengths.add(bytes.length);
    }
    expect(lengths.size).toBeGreaterThan(3);
  });

  test('a stopped process goes on where it was', async () => {
    const { machine, time } = inMemory();
    const one = machine.start('one');
    let rang: number | null = null;
    one.host.clock.after(10, () => (rang = time.now()));
    one.stop();
    time.after(1_000, () => one.goOn());
    while (await time.step());
    expect(rang).toBeGreaterThanOrEqual(1_000);
  });

  test('a clock set back moves no timer', async () => {
    const { machine, time } = inMemory();
    const { clock } = machine.start('one').host;
    const start = clock.now();
    let rang = false;
    clock.after(50, () => (rang = true));
    machine.jump(-86_400_000);
    expect(clock.now()).toBe(start - 86_400_000);
    expect(clock.monotonic()).toBe(0);
    await time.step();
    expect([rang, clock.monotonic()]).toEqual([true, 50]);
  });
});

test('a faulty call fails once, or for good', () => {
  const { machine } = inMemory();
  const { files } = machine.start('one').host;
  const once = failNth(2, 'EMFILE');
  const faulty = createFaultyFiles(files, once.rule);
  faulty.list('/station');
  expect(() => faulty.list('/station')).toThrow(expect.objectContaining({ code: 'EMFILE' }));
  expect(faulty.list('/station')).toEqual([]);
  expect(once.calls()).toBe(3);
  const dead = createFaultyFiles(files, failNth(1, 'EROFS', true).rule);
  for (let count = 0; count < 2; count += 1) {
    expect(() => dead.makeFolder('/x')).toThrow(expect.objectContaining({ code: 'EROFS' }));
  }
});
