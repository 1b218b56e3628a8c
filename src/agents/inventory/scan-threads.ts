/**
 * A scan in threads: one walks, two read. Hashing in the host's own thread would keep it from
 * renewing leases; more than two readers gain nothing (measured).
 *
 * Owns the threads' lives and the order of their results. Invariants: results come in the order
 * of the walk; only so many portions are under way, so memory does not grow with the tree; when
 * this returns or throws, no thread is left at work: after a failure they are gone, after a good
 * end they have nothing to do and go by themselves, beside the writing of the answer.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ownProgram } from '../../lib/own-program.ts';
import { AgentFailure } from '../agent.ts';
import { stopIfAborted } from './file-failure.ts';
import type { ScanResult } from './finish-batch.ts';
import type { ScanJob } from './scan-batch.ts';
import type { ThreadReply, ThreadRequest } from './scan-messages.ts';

const READERS = 2;
/** Portions between walk and result. */
const UNDER_WAY = 4 * READERS;
/** MB. What a portion leaves behind is garbage at its end: more room for it gains no time. */
const NURSERY = 16;

/** @throws AgentFailure of the first portion that fails, or TimeoutError when stopped */
export const scanInThreads = async (
  job: ScanJob,
  signal: AbortSignal,
  onResult: (result: ScanResult) => Promise<void> | void,
): Promise<void> => {
  const walker = startThread(job);
  const readers = Array.from({ length: READERS }, () => startThread(job));
  const stop = (): Promise<unknown> =>
    Promise.all([walker, ...readers].map((thread) => thread.stop()));
  const onAbort = (): void => void stop();
  signal.addEventListener('abort', onAbort);
  try {
    stopIfAborted(signal, 'The scan');
    const under: Promise<ThreadReply>[] = [];
    let next: Promise<ThreadReply> | null = walker.ask({ type: 'walk' });
    for (;;) {
      while (next !== null && under.length < UNDER_WAY) {
        const found: ThreadReply = resultOf(await next);
        next = found.type === 'end' ? null : walker.ask({ type: 'walk' });
        if (found.type === 'batch') {
          under.push(idlest(readers).ask({ type: 'read', batch: found.batch }));
        }
      }
      const first = under.shift();
      if (first === undefined) return;
      const reply = resultOf(await first);
      if (reply.type === 'result') await onResult(reply.result);
      stopIfAborted(signal, 'The scan');
    }
  } catch (error) {
    await stop();
    // A thread that was ended on purpose looks like one that broke.
    stopIfAborted(signal, 'The scan');
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    void stop();
  }
};

/** @throws AgentFailure when the thread failed */
const resultOf = (reply: ThreadReply): ThreadReply => {
  if (reply.type !== 'failed') return reply;
  const { type, message, retryable } = reply.failure;
  throw new AgentFailure(type, message, { retryable });
};

interface Thread {
  /** Requests that are not answered. */
  readonly waiting: () => number;
  ask(request: ThreadRequest): Promise<ThreadReply>;
  /** Resolves when the thread is gone. */
  stop(): Promise<unknown>;
}

interface Waiting {
  resolve(reply: ThreadReply): void;
  reject(error: Error): void;
}

const idlest = (threads: readonly Thread[]): Thread =>
  threads.reduce((best, thread) => (thread.waiting() < best.waiting() ? thread : best));

const startThread = (job: ScanJob): Thread => {
  const worker = startWorker(job);
  const waiting: Waiting[] = [];
  let broken: Error | null = null;
  const end = (error: Error): void => {
    broken ??= error;
    for (const one of waiting.splice(0)) one.reject(broken);
  };
  worker.on('message', (reply: ThreadReply) => waiting.shift()?.resolve(reply));
  worker.on('error', end);
  worker.on('exit', () => end(new Error('a thread of the scan ended before its work')));
  return {
    waiting: () => waiting.length,
    ask(request) {
      const reply = new Promise<ThreadReply>((resolve, reject) => {
        if (broken !== null) reject(broken);
        else waiting.push({ resolve, reject });
      });
      // Whoever waits for it hears of it; asked ahead of time, nobody may.
      reply.catch(() => undefined);
      worker.postMessage(request, []);
      return reply;
    },
    stop: () => worker.terminate(),
  };
};

/** From the source, the thread needs the loader that this process was started with. */
const startWorker = (job: ScanJob): Worker => {
  const { file, isSource } = ownProgram('src/agents/inventory/scan-thread', 'cjs');
  const options = { workerData: job, resourceLimits: { maxYoungGenerationSizeMb: NURSERY } };
  if (!isSource) return new Worker(file, options);
  const tsx = createRequire(import.meta.url).resolve('tsx/package.json');
  const loader = new URL('dist/esm/api/index.mjs', pathToFileURL(tsx)).href;
  const thread = pathToFileURL(file).href;
  const code = `import(${JSON.stringify(loader)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(thread)});
  })`;
  return new Worker(code, { eval: true, ...options });
};
