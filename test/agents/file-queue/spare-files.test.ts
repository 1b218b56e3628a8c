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

/** The machine's files; counts what is made, which fails with `code` when there is one. */
const bench = (code: string | null = null) => {
  const made = { ahead: 0, now: 0, under: 0, most: 0 };
  const { files } = systemHost;
  const queue = createQueueFiles(temp, {
    ...systemHost,
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
        if (flags === 'w') made.now += 1;
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
  for (const name of ['a', 'b', 'c']) await write(name, `text of ${name}`);
  expect(made.now).toBe(before);
  expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('text of b');
  await until('the stock again', () => made.ahead >= 7);
  expect(made.most).toBeLessThanOrEqual(2);
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
  const { write } = bench('EMFILE');
  for (const name of ['a', 'b', 'c']) await write(name, name);
  expect(existsSync(join(folder, 'c'))).toBe(true);
});
