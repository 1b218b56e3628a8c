/**
 * The file queue: tasks and answers as files in a station's folders.
 *
 * Owns the folders of the protocol and the order of things at the start; its parts own one kind
 * of file each. Watching is a hint, the regular listing of every folder is what delivers.
 */
import { resolve } from 'node:path';
import { isName, toRunId } from '../../engine/ids.ts';
import type { Host } from '../../lib/host/host.ts';
import { systemHost } from '../../lib/host/system-host.ts';
import { silentLogger } from '../../lib/logger.ts';
import type { Logger } from '../../lib/logger.ts';
import type { AgentQueue, QueueListener } from '../queue.ts';
import { createAnswers } from './answers.ts';
import { createClaims } from './claims.ts';
import { createTroubles, DEFAULT_LIMITS, DEFAULT_TIMING } from './context.ts';
import type { QueueContext, QueueLimits, QueueTiming } from './context.ts';
import { createQueueFiles } from './files.ts';
import type { QueueFiles } from './files.ts';
import { queueFolders } from './folders.ts';
import type { PairId } from './folders.ts';
import { createInbox } from './inbox.ts';
import { createLanes } from './lanes.ts';
import { createLastAccepted } from './last-accepted.ts';
import { createUniqueNames } from './names.ts';
import { createOffers } from './offers.ts';
import { createPayloadStore } from './payload-store.ts';
import { createProgressFiles } from './progress.ts';
import { createPruner, DEFAULT_KEEP } from './prune.ts';
import type { QueueKeep } from './prune.ts';
import { createRescan } from './rescan.ts';
import { sweepDrafts, sweepTasks } from './sweep.ts';
import { createTurns } from './turns.ts';

/** How an agent wants its tasks; what is not registered has the defaults. */
export interface QueueAgent {
  /** Large payloads in the task file itself. Default false. */
  readonly inline?: boolean;
  /** Folder pair. Default `queue`. */
  readonly queue?: PairId;
}

/** What {@link createFileQueue} needs. */
export interface FileQueueOptions {
  /** The station's folder. */
  readonly station: string;
  readonly host?: Host;
  readonly logger?: Logger;
  readonly registry?: ReadonlyMap<string, QueueAgent>;
  readonly timing?: Partial<QueueTiming>;
  readonly limits?: Partial<QueueLimits>;
  readonly keep?: Partial<QueueKeep>;
  /** The host's files unless a test puts faults under them. */
  readonly files?: QueueFiles;
}

/** Creates the file queue of one station. Nothing is read or written before `start`. */
export const createFileQueue = (options: FileQueueOptions): AgentQueue => {
  const { host = systemHost } = options;
  const folders = queueFolders(resolve(options.station), host.files);
  const files = options.files ?? createQueueFiles(folders.temp, host);
  const logger = options.logger ?? silentLogger;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const registry = options.registry ?? new Map<string, QueueAgent>();
  const both = [...registry.values()].some((agent) => agent.queue === 'station');
  const troubles = createTroubles(logger);
  let listener: QueueListener | null = null;

  const context: QueueContext = {
    folders,
    pairs: both ? [folders.pairs.queue, folders.pairs.station] : [folders.pairs.queue],
    files,
    clock: host.clock,
    unique: createUniqueNames(host),
    logger,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    limits,
    payloads: createPayloadStore(folders, files, limits),
    troubles,
    writes: createTurns(host.clock, WRITES_AT_ONCE),
    lanes: createLanes((key, error) => troubles.report(key, error)),
    listener() {
      if (listener === null) throw new Error('The file queue was used before start(listener)');
      return listener;
    },
  };

  const last = createLastAccepted(context);
  const claims = createClaims(
    context,
    (key) => offers.written(key),
    (key) => gone(key),
  );
  const progress = createProgressFiles(context, claims);
  const offers = createOffers(context, {
    pairOf: (agent) => folders.pairs[registry.get(agent)?.queue ?? 'queue'],
    inline: (agent) => registry.get(agent)?.inline ?? false,
    claimedLease: (key) => claims.lease(key),
    answerPending: (key) => answers.pending(key),
    written: (key) => answers.recheck(key),
    async clear(key, agent) {
      await claims.clear(key, agent);
      await progress.clear(key);
    },
  });
  const inbox = createInbox(context, {
    deciding: (key) => offers.deciding(key),
    conceal: (key) => offers.written(key)?.conceal ?? [],
    decided(key, answer, attempt, accepted) {
      if (accepted && answer.lease === null) last.remember(key, { sha256: answer.sha256, attempt });
      offers.decided(key, accepted);
    },
  });
  const answers = createAnswers(context, { inbox, offers, claims, last });
  const gone = (key: { readonly run: string; readonly task: string }): void => {
    offers.gone(key);
    answers.recheck(key);
  };
  const pruner = createPruner(context, { ...DEFAULT_KEEP, ...options.keep });
  const rescan = createRescan(context, { answers, claims, progress, offers, inbox, gone });

  return {
    async start(to) {
      listener = to;
      for (const folder of foldersOf(context)) files.ensure(folder);
      // Claims are known before answers are attributed, the inbox is settled before either is read anew.
      await inbox.settle();
      await rescan.start();
      await answersToTheEnd(context, () => answers.reading());
      offers.open(new Set(context.pairs.flatMap((pair) => files.list(pair.tasks))));
      pruner.start();
    },
    offer(task) {
      if (toRunId(task.run) === null || !isName(task.task)) {
        const id = JSON.stringify(`${task.run} ${task.task}`);
        throw new Error(`The task ${id} cannot be a file: its ids are not of the allowed form`);
      }
      return offers.offer(task);
    },
    withdraw: (run, task, lease) => offers.withdraw({ run, task }, lease),
    async sweep(open) {
      await sweepTasks(context, open);
      await sweepDrafts(context);
    },
    async stop() {
      rescan.stop();
      pruner.stop();
      answers.stop();
      claims.stop();
      await offers.stop();
      await context.lanes.idle();
      files.close();
    },
  };
};

/** A write waits only while somebody holds the file: one such must not hold up all the others. */
const WRITES_AT_ONCE = 8;

const foldersOf = (context: QueueContext): readonly string[] => {
  const { temp, claimed, inbox, answered, ignored, hosts } = context.folders;
  const pairs = context.pairs.flatMap((pair) => [pair.tasks, pair.answers]);
  return [temp, claimed, inbox, answered, ignored, hosts, ...pairs];
};

/** Waits until no answer is left that is understood and only has to keep still. */
const answersToTheEnd = async (context: QueueContext, reading: () => boolean): Promise<void> => {
  const end = context.clock.now() + context.timing.unreadable;
  await context.lanes.idle();
  while (reading() && context.clock.now() < end) {
    await new Promise<void>((done) => void context.clock.after(context.timing.still / 4, done));
    await context.lanes.idle();
  }
};
