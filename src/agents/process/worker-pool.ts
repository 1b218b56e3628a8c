/**
 * Workers of one agent: started on demand, at most so many, used again while they are good.
 *
 * Invariants: a task waits only while every worker is busy; the worker used last is used first, so
 * that those nobody needs get idle and end; a worker that is gone is never given a task twice.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { AgentContext, WorkerFigures } from '../agent.ts';
import { AgentFailure } from '../agent.ts';
import type { Worker } from './worker.ts';

/** How many workers, and for how long. */
export interface PoolLimits {
  readonly workers: number;
  /** ms without a task after which a worker ends. */
  readonly idle: number;
  /** Tasks after which a worker is replaced. */
  readonly maxTasks: number;
  /** Bytes above which a worker is replaced once its task is over; null for no limit. */
  readonly maxMemory: number | null;
}

/** What the pool is made of. */
export interface PoolOptions extends PoolLimits {
  readonly clock: Clock;
  readonly start: (onEnd: () => void) => Worker;
}

/** An agent's workers. */
export interface WorkerPool {
  run(payload: JsonObject, context: AgentContext): Promise<Json>;
  figures(): WorkerFigures;
  /** Ends every worker; resolves when they are gone. Tasks under way should be aborted before. */
  stop(): Promise<void>;
}

/** Creates a pool without any worker. */
export const createWorkerPool = (options: PoolOptions): WorkerPool => {
  const { clock } = options;
  const all = new Set<Worker>();
  /** Last used last. */
  const idle: { readonly worker: Worker; readonly stopClock: () => void }[] = [];
  const waiting: (() => void)[] = [];
  let onEmpty = (): void => undefined;
  let started = 0;
  let runtime: string | null = null;
  let stopped = false;

  const start = (): Worker => {
    const worker = options.start(() => {
      runtime = worker.runtime() ?? runtime;
      takeIdle(worker);
      all.delete(worker);
      if (all.size === 0) onEmpty();
      waiting.shift()?.();
    });
    all.add(worker);
    started += 1;
    return worker;
  };

  const takeIdle = (worker: Worker): void => {
    const index = idle.findIndex((entry) => entry.worker === worker);
    idle.splice(index, index === -1 ? 0 : 1).forEach(({ stopClock }) => stopClock());
  };

  const acquire = (): Worker | null => {
    const last = idle.at(-1);
    if (last !== undefined) {
      takeIdle(last.worker);
      return last.worker;
    }
    return all.size < options.workers ? start() : null;
  };

  const release = (worker: Worker): void => {
    runtime = worker.runtime() ?? runtime;
    if (!all.has(worker)) return;
    if (stopped || isWornOut(worker, options)) worker.retire();
    else {
      const stopClock = clock.after(options.idle, () => {
        takeIdle(worker);
        worker.retire();
      });
      idle.push({ worker, stopClock });
      waiting.shift()?.();
    }
  };

  /** Resolves when it is worth asking again; rejects when the task is stopped before. */
  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(new AgentFailure('AgentError', 'The task was stopped while it waited for a worker'));
      };
      const go = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      waiting.push(go);
      signal.addEventListener('abort', onAbort, { once: true });
    });

  return {
    async run(payload, context) {
      if (stopped) throw new AgentFailure('AgentError', 'The agent is stopping');
      context.signal.throwIfAborted();
      let worker = acquire();
      while (worker === null) {
        await turn(context.signal);
        worker = acquire();
      }
      const mine = worker;
      return mine.run(payload, context).finally(() => release(mine));
    },
    figures: () => ({
      limit: options.workers,
      busy: all.size - idle.length,
      idle: idle.length,
      started,
      runtime,
    }),
    async stop() {
      stopped = true;
      for (const { stopClock } of idle.splice(0)) stopClock();
      if (all.size === 0) return;
      const empty = new Promise<void>((resolve) => {
        onEmpty = resolve;
      });
      for (const worker of all) worker.retire();
      await empty;
    },
  };
};

const isWornOut = (worker: Worker, limits: PoolLimits): boolean =>
  worker.tasks() >= limits.maxTasks ||
  (limits.maxMemory !== null && (worker.memory() ?? 0) > limits.maxMemory);
