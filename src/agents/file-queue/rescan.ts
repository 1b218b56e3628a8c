/**
 * Watchers and listings of all folders of a queue.
 * One watcher per folder for the process, and a listing of each every few seconds, at the start
 * and whenever a watcher gives up: events get lost in bursts, and folders get deleted.
 */
import { join } from 'node:path';
import { isName } from '../../engine/ids.ts';
import type { Answers } from './answers.ts';
import type { Claims } from './claims.ts';
import type { QueueContext } from './context.ts';
import { createFolderWatch } from './folder-watch.ts';
import type { FolderWatch } from './folder-watch.ts';
import type { FolderPair } from './folders.ts';
import type { Inbox } from './inbox.ts';
import { fileName, readFileName } from './names.ts';
import type { TaskKey } from './names.ts';
import type { Offers } from './offers.ts';
import type { ProgressFiles } from './progress.ts';

/** Whom the folders' news go to. */
export interface RescanParts {
  readonly answers: Pick<Answers, 'look' | 'scan'>;
  readonly claims: Pick<Claims, 'agents' | 'look' | 'scan'>;
  readonly progress: Pick<ProgressFiles, 'look'>;
  readonly offers: Pick<Offers, 'believed'>;
  readonly inbox: Pick<Inbox, 'settle'>;
  gone(key: TaskKey): void;
}

/** The eyes of one queue. */
export interface Rescan {
  /** Starts watching and looks at everything once. */
  start(): Promise<void>;
  stop(): void;
}

/** Creates watchers and listings; nothing is watched before `start`. */
export const createRescan = (context: QueueContext, parts: RescanParts): Rescan => {
  const { clock, files, folders, pairs } = context;
  const watches = new Map<string, FolderWatch>();
  let cancel = (): void => undefined;
  let soon = false;
  let scanning = false;
  let stopped = false;

  const watch = (folder: string, onName: (name: string) => void): void => {
    let known = watches.get(folder);
    if (known === undefined) {
      known = createFolderWatch(context, folder, (name) => {
        if (stopped) return;
        if (name === null) scanSoon();
        else onName(name);
      });
      watches.set(folder, known);
    }
    known.check();
  };

  const onAnswerName = (pair: FolderPair, name: string): void => {
    void parts.answers.look(pair, name);
    void parts.progress.look(pair, name);
  };

  const onTaskName = (pair: FolderPair, name: string): void => {
    const read = readFileName('task', name);
    if (read.type === 'named' && files.stat(join(pair.tasks, name)) === null) parts.gone(read.key);
  };

  const onAgentName = (agent: string): void => {
    if (isName(agent)) void guarded(join(folders.claimed, agent), () => watchAgent(agent));
  };

  const watchAgent = (agent: string): Promise<void> => {
    watch(join(folders.claimed, agent), (name) => void parts.claims.look(agent, name));
    return parts.claims.scan(agent);
  };

  /** One trouble in one folder must not keep the others from being looked at. */
  const guarded = (where: string, work: () => Promise<void> | void): Promise<void> =>
    Promise.resolve()
      .then(work)
      .then(
        () => context.troubles.clear(`listing of ${where}`),
        (error: unknown) => context.troubles.report(`listing of ${where}`, error),
      );

  const scan = async (): Promise<void> => {
    await guarded(folders.claimed, async () => {
      watch(folders.claimed, onAgentName);
      for (const agent of parts.claims.agents()) {
        await guarded(join(folders.claimed, agent), () => watchAgent(agent));
      }
    });
    await guarded(folders.inbox, () => parts.inbox.settle());
    for (const pair of pairs) {
      await guarded(pair.tasks, () => {
        watch(pair.tasks, (name) => onTaskName(pair, name));
        const names = new Set(files.list(pair.tasks));
        for (const { key, pair: its } of parts.offers.believed()) {
          if (its === pair && !names.has(fileName('task', key)))
            onTaskName(pair, fileName('task', key));
        }
      });
      await guarded(pair.answers, async () => {
        watch(pair.answers, (name) => onAnswerName(pair, name));
        const names = files.list(pair.answers);
        await parts.answers.scan(pair, names);
        await Promise.all(names.map((name) => parts.progress.look(pair, name)));
      });
    }
  };

  /** One listing at a time; the next one is due `rescan` after the last. */
  const loop = async (): Promise<void> => {
    cancel();
    if (stopped) return;
    soon = false;
    scanning = true;
    await scan();
    scanning = false;
    schedule();
  };

  const schedule = (): void => {
    cancel();
    if (!stopped) cancel = clock.after(soon ? SOON : context.timing.rescan, () => void loop());
  };

  const scanSoon = (): void => {
    soon = true;
    if (!scanning) schedule();
  };

  return {
    start: loop,
    stop() {
      stopped = true;
      cancel();
      for (const watched of watches.values()) watched.close();
      watches.clear();
    },
  };
};

/** ms; a watcher that fails again and again must not make the listing spin. */
const SOON = 50;
