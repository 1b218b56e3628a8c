import { createHash } from 'node:crypto';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileQueue } from '../../../src/agents/file-queue/file-queue.ts';
import { createQueueFiles } from '../../../src/agents/file-queue/files.ts';
import { createPruner, DEFAULT_KEEP } from '../../../src/agents/file-queue/prune.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { systemHost } from '../../../src/lib/host/system-host.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { aTask, createQueueEngine } from '../../support/queue-engine.ts';
import { createQueueStation } from '../../support/queue-station.ts';
import type { QueueStation } from '../../support/queue-station.ts';

const DAY = 24 * 60 * 60;

let station: QueueStation;
let data: string;

beforeEach(async () => {
  station = await createQueueStation();
  data = join(station.station, '.3ox', 'workflow-data');
  for (const folder of [
    station.folders.answered,
    station.folders.ignored,
    station.folders.inbox,
    join(data, 'payloads'),
    join(data, 'lists'),
  ]) {
    await mkdir(folder, { recursive: true });
  }
});
afterEach(() => station.dispose());

/** A file last written so many days ago. */
const put = (folder: string, name: string, days: number, text = ''): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  const at = Date.now() / 1_000 - days * DAY;
  utimesSync(path, at, at);
  return path;
};

const pruner = () => {
  const { folders } = station;
  return createPruner(
    {
      folders,
      pairs: [folders.pairs.queue],
      files: createQueueFiles(folders.temp),
      clock: systemClock,
      troubles: {
        report: (where, error) => expect.fail(`${where}: ${String(error)}`),
        clear: () => undefined,
      },
    },
    DEFAULT_KEEP,
  );
};

describe('what the queue keeps', () => {
  it('goes when its time is over, and not before', async () => {
    const { answered, ignored } = station.folders;
    const lists = join(data, 'lists');
    put(answered, 'old', 8);
    put(answered, 'new', 6);
    put(ignored, 'old', 31);
    put(ignored, 'old.reason.txt', 31);
    put(ignored, 'new', 29);
    put(lists, 'old.jsonl', 91);
    put(lists, 'new.jsonl', 89);
    expect(await pruner().prune()).toBe(4);
    expect([answered, ignored, lists].flatMap((folder) => readdirSync(folder))).toEqual([
      'new',
      'new',
      'new.jsonl',
    ]);
  });

  it('never takes a payload that a task, a claim or an answer still refers to', async () => {
    const { claimed, inbox } = station.folders;
    const payloads = join(data, 'payloads');
    await mkdir(join(claimed, 'A'), { recursive: true });
    const places = [station.tasks, station.answers, join(claimed, 'A'), inbox];
    const kept = places.map((folder, index) => {
      const hash = createHash('sha256').update(folder).digest('hex');
      put(
        folder,
        `file-${index}.yaml`,
        400,
        `payload:\n  $ref: .3ox/workflow-data/payloads/${hash}.json\n`,
      );
      return put(payloads, `${hash}.json`, 400);
    });
    const gone = put(payloads, `${'0'.repeat(64)}.json`, 8);
    expect(await pruner().prune()).toBe(1);
    expect([gone, ...kept].map((path) => existsSync(path))).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('counts a payload from when it was referred to last', async () => {
    const queue = station.queue({ limits: { inline: 100 } });
    const engine = createQueueEngine();
    await queue.start(engine);
    const payload = { text: 'x'.repeat(1_000) };
    const hash = createHash('sha256').update(JSON.stringify(payload)).digest('hex');
    const path = put(join(data, 'payloads'), `${hash}.json`, 400, JSON.stringify(payload));
    const task = aTask({ payload });
    engine.open(task);
    await queue.offer(task);
    await queue.withdraw(task.run, task.task, task.lease);
    expect(await pruner().prune()).toBe(0);
    expect(existsSync(path)).toBe(true);
  });

  it('is looked at by a running queue a minute after its start', async () => {
    const clock = createManualClock(Date.now());
    const queue = createFileQueue({ station: station.station, host: { ...systemHost, clock } });
    await queue.start(createQueueEngine());
    const old = put(station.folders.answered, 'old', 8);
    await clock.advance(59_000);
    expect(existsSync(old)).toBe(true);
    await clock.advance(1_000);
    for (let turn = 0; turn < 50 && existsSync(old); turn += 1) await clock.advance(1);
    expect(existsSync(old)).toBe(false);
    await queue.stop();
  });
});
