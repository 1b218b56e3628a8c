import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogger, silentLogger } from '../../src/lib/logger.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logger-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lines = async (file: string): Promise<readonly Record<string, unknown>[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('lines carry fields and level; secrets are masked by key and by value', async () => {
  const file = join(folder, 'logs', 'bridge.log');
  const logger = createLogger({ file, name: 'bridge', secrets: ['s3cr"et-value'] });
  logger.debug({}, 'not at this level');
  logger.child({ run: 'r1' }).info({ token: 'abc', config: { token: 'def' } }, 'connected');
  logger.error({ error: new Error('refused for s3cr"et-value') }, 'failed');
  const [first, second] = await lines(file);
  expect(first).toMatchObject({
    level: 'info',
    name: 'bridge',
    run: 'r1',
    msg: 'connected',
    token: '***',
    config: { token: '***' },
  });
  expect(second).toMatchObject({ level: 'error', error: { message: 'refused for ***' } });
  expect(JSON.stringify(second)).not.toContain('s3cr');
});

test('nothing is opened before the first line', async () => {
  const logger = createLogger({ file: join(folder, 'x.log'), level: 'warn' });
  logger.info({}, 'below');
  silentLogger.child({}).error({}, 'quiet');
  expect(await readdir(folder)).toEqual([]);
});
