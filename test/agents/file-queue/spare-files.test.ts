/** Files made ahead of need: used when they are there, and nothing depends on them. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createQueueFiles } from '../../../src/agents/file-queue/files.ts';
import { systemHost } from '../../../src/lib/host/system-host.ts';
import { until } from '../../support/queue-engine.ts';

let folder: string;
let temp: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spare-'));
  temp = join(folder, 'tmp');
  mkdirSync(temp);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/**
 * The machine's files, and a clock in which making one takes `cost` ms; counts what is made, which
 * fails with `code` when there is one.
 */
const bench = ({ code = null, cost = 1 }: { code?: string | null; cost?: number } = {}) => {
  let time = 0;
  const made = { ahead: 0, now: 0, under: 0, most: 0 };
  const { files } = systemHost;
  const queue = createQueueFiles(temp, {
    ...systemHost,
    clock: {
      ...systemHost.clock,
      monotonic: () => time,
      after(_delay, callback) {
        const soon = setImmediate(callback);
        return () => clearImmediate(soon);
      },
    },
    files: {
      ...files,
      async make(path) {
        made.under += 1;
        made.most = Math.max(made.most, made.under);
        if (code !== null) throw Object.assign(new Error(code), { code });
        await files.make(path);
        made.under -= 1;
        made.ahead += 1;
      },
      open(path, flags, mode) {
        if (flags === 'w') {
          made.now += 1;
          time += cost;
        }
        return files.open(path, flags, mode);
      },
    },
  });
  const write = (name: string, text: string) => queue.write(join(folder, name), text);
  return { made, queue, write };
};

test('what was made ahead is written, whole, and the stock is filled up again', async () => {
  const { made, queue, write } = bench();
  await write('first', 'one');
  await until('a stock', () => made.ahead >= 4 && made.under === 0);
  const before = made.now;
  await Promise.all(['a', 'b', 'c'].map((name) => write(name, `text of ${name}`)));
  expect(made.now).toBe(before);
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('text of b');
  await until('the stock again', () => made.ahead >= 7);
  expect(made.most).toBe(1);
  queue.close();
  await until('nothing left', () => readdirSync(temp).length === 0);
});

test('one that was swept meanwhile, or the whole folder, is made again', async () => {
  const { made, write } = bench();
  await write('first', 'one');
  await until('a stock', () => made.ahead >= 4 && made.under === 0);
  for (const name of readdirSync(temp)) rmSync(join(temp, name));
  await write('second', 'two');
  rmSync(temp, { recursive: true });
  await write('third', 'three');
  const texts = ['first', 'second', 'third'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  expect(texts).toEqual(['one', 'two', 'three']);
});

test('when nothing can be made ahead, files are made when they are needed', async () => {
  const { write } = bench({ code: 'EMFILE' });
  for (const name of ['a', 'b', 'c']) await write(name, name);
  expect(existsSync(join(folder, 'c'))).toBe(true);
});

test('where making is cheap nothing is made ahead, and where it is dear that is looked at anew', async () => {
  const cheap = bench({ cost: 0.01 });
  for (let at = 0; at < 20; at += 1) await cheap.write(`cheap-${at}`, 'x');
  expect([cheap.made.ahead + cheap.made.under, cheap.made.now]).toEqual([0, 20]);
  const dear = bench();
  for (let at = 0; at < 250; at += 1) {
    await dear.write(`dear-${at}`, 'x');
    // Twice: it is begun in one turn and made in a later one.
    for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate);
    await until('the stock', () => dear.made.under === 0);
  }
  expect(dear.made.now).toBeGreaterThanOrEqual(3);
  expect(dear.made.now).toBeLessThan(20);
});

test('a file that is done with is emptied and becomes the next one written', async () => {
  const { made, queue, write } = bench({ cost: 0.01 });
  await write('first', 'a text with a secret');
  const { inode } = queue.stat(join(folder, 'first')) ?? {};
  expect(await queue.recycle(join(folder, 'first'))).toBe(true);
  expect(readdirSync(temp).map((name) => readFileSync(join(temp, name), 'utf8'))).toEqual(['']);
  await write('second', 'two');
  expect(queue.stat(join(folder, 'second'))?.inode).toBe(inode);
  expect(readFileSync(join(folder, 'second'), 'utf8')).toBe('two');
  expect([made.now, made.ahead]).toEqual([1, 0]);
  expect(await queue.recycle(join(folder, 'first'))).toBe(false);
});

test('no more are kept than may be of use, and none when the queue is closed', async () => {
  const { queue, write } = bench({ cost: 0.01 });
  const names = Array.from({ length: 40 }, (_, at) => `file-${at}`);
  for (const name of names) await write(name, name);
  for (const name of names) expect(await queue.recycle(join(folder, name))).toBe(true);
  expect(readdirSync(temp)).toHaveLength(16);
  queue.close();
  expect(readdirSync(temp)).toEqual([]);
  await write('last', 'last');
  expect(await queue.recycle(join(folder, 'last'))).toBe(true);
  expect(readdirSync(folder)).toEqual(['tmp']);
});

test('a file that cannot be emptied is removed and not kept', async () => {
  const { files } = systemHost;
  const queue = createQueueFiles(temp, {
    ...systemHost,
    files: {
      ...files,
      truncate() {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      },
    },
  });
  await queue.write(join(folder, 'first'), 'one');
  expect(await queue.recycle(join(folder, 'first'))).toBe(true);
  expect([readdirSync(temp), existsSync(join(folder, 'first'))]).toEqual([[], false]);
});
