/**
 * What the queue keeps and for how long. Nothing here is needed to go on: the journal is the truth.
 * Accepted answers tell a failure written twice from two equal ones after a restart; what was put
 * aside is for whoever looks for a mistake; payloads are needed while a task or an answer refers to
 * them; lists while somebody may run a task again that reads them.
 *
 * Invariant: a payload that an open task or an undecided answer refers to stays, however old.
 */
import { join } from 'node:path';
import type { QueueContext } from './context.ts';

/** How long files are kept after they were last written or referred to, ms. */
export interface QueueKeep {
  /** `.3ox/queue/answered/` */
  readonly answered: number;
  /** `.3ox/queue/ignored/` */
  readonly ignored: number;
  /** `.3ox/workflow-data/payloads/` */
  readonly payloads: number;
  /** `.3ox/workflow-data/lists/` */
  readonly lists: number;
}

const DAY = 24 * 60 * 60 * 1_000;

/** A week for what machines need, a month for what people look for, a season for what runs refer to. */
export const DEFAULT_KEEP: QueueKeep = {
  answered: 7 * DAY,
  ignored: 30 * DAY,
  payloads: 7 * DAY,
  lists: 90 * DAY,
};

/** Removes what has been kept for long enough. */
export interface Pruner {
  /** Begins soon after, and again every few hours. */
  start(): void;
  /** Once, now. Resolves to the number of files removed. */
  prune(): Promise<number>;
  stop(): void;
}

/** Creates the pruner of one queue. */
export const createPruner = (
  context: Pick<QueueContext, 'files' | 'folders' | 'pairs' | 'clock' | 'troubles'>,
  keep: QueueKeep,
): Pruner => {
  const { clock, files, folders } = context;
  const data = join(folders.station, ...folders.data.split('/'));
  let cancel = (): void => undefined;
  let stopped = false;

  /** Everything may happen between two portions. */
  const turn = (): Promise<void> => new Promise((resolve) => void clock.after(0, resolve));

  const inPortions = async (
    folder: string,
    work: (path: string) => Promise<void>,
  ): Promise<void> => {
    if (files.stat(folder) === null) return;
    let done = 0;
    for (const name of files.list(folder)) {
      if (stopped) return;
      await work(join(folder, name));
      done += 1;
      if (done % PORTION === 0) await turn();
    }
  };

  const removeOld = async (
    folder: string,
    age: number,
    needed: ReadonlySet<string>,
  ): Promise<number> => {
    const oldest = clock.now() - age;
    let removed = 0;
    await inPortions(folder, async (path) => {
      const facts = files.stat(path);
      if (facts === null || !facts.regular || facts.modified >= oldest) return;
      if (needed.has(hashIn(path))) return;
      if (await files.remove(path)) removed += 1;
    });
    return removed;
  };

  /** Hashes of the payloads that open tasks and undecided answers refer to. */
  const neededPayloads = async (): Promise<ReadonlySet<string>> => {
    const needed = new Set<string>();
    const claimed = files.list(folders.claimed).map((agent) => join(folders.claimed, agent));
    const open = context.pairs.flatMap((pair) => [pair.tasks, pair.answers]);
    for (const folder of [...open, ...claimed, folders.inbox]) {
      await inPortions(folder, async (path) => {
        const facts = files.stat(path);
        // A file with a reference in it is small.
        if (facts === null || !facts.regular || facts.size > LARGEST) return;
        const text = Buffer.from(await files.read(path, facts.size)).toString('latin1');
        for (const [, hash = ''] of text.matchAll(PAYLOAD)) needed.add(hash);
      });
    }
    return needed;
  };

  const prune = async (): Promise<number> => {
    const none = new Set<string>();
    // Looked at first: what is referred to from now on is written or touched anew.
    const needed = await neededPayloads();
    const removed = [
      await removeOld(folders.answered, keep.answered, none),
      await removeOld(folders.ignored, keep.ignored, none),
      await removeOld(join(data, 'payloads'), keep.payloads, needed),
      await removeOld(join(data, 'lists'), keep.lists, none),
    ];
    return removed.reduce((sum, count) => sum + count, 0);
  };

  const again = (delay: number): void => {
    cancel = clock.after(delay, () => {
      void prune()
        .then(() => context.troubles.clear(WHERE))
        .catch((error: unknown) => context.troubles.report(WHERE, error))
        .then(() => {
          if (!stopped) again(EVERY);
        });
    });
  };

  return {
    start: () => again(FIRST),
    prune,
    stop() {
      stopped = true;
      cancel();
    },
  };
};

const WHERE = 'the files kept by the queue';
const FIRST = 60_000;
const EVERY = DAY / 4;
const PORTION = 256;
const LARGEST = 128 * 1024;

const PAYLOAD = /\/payloads\/([0-9a-f]{64})\.json/g;

const hashIn = (path: string): string => /([0-9a-f]{64})\.json$/.exec(path)?.[1] ?? '';
