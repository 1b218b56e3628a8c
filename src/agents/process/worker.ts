/**
 * One long-lived worker: a program that does tasks one after the other, in the lines of
 * worker-lines.ts.
 *
 * Owns the conversation and what ends it: a worker that dies, prints what is no line, floods or does
 * not stop when it is told to is ended, with everything it started. The pool owns how many there are.
 * Invariants: one task at a time; what goes wrong fails that task and nothing else; a failed
 * worker's task is settled only after its processes are gone.
 */
import { errorMessage } from '../../lib/error-code.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';
import { startLineProcess } from './line-process.ts';
import type { LineProcessOptions, ProcessEnd } from './line-process.ts';
import { endFailure, failureWith } from './worker-failures.ts';
import type { NotStarted } from './not-started.ts';
import { createTaskLog } from './task-log.ts';
import { residentBytes } from './resident-bytes.ts';
import type { WorkerServices } from './worker-services.ts';
import { readLine, writeLine } from './worker-lines.ts';
import type { LineFromWorker } from './worker-lines.ts';

/** What a worker is started with. */
export interface WorkerOptions {
  /** The agent's name. */
  readonly agent: string;
  readonly program: Pick<
    LineProcessOptions,
    'file' | 'args' | 'cwd' | 'env' | 'programs' | 'descriptors'
  >;
  /** Absolute path of the station. */
  readonly station: string;
  readonly services: WorkerServices;
  /** Why it could not be started, for people. */
  readonly explain: (end: NotStarted) => string;
  /** Bytes of one line; a task may print four times as much in all. */
  readonly limit: number;
  /** ms between asking a worker to stop and ending it. */
  readonly grace: number;
  readonly clock: Clock;
  /** It is gone, however that came. */
  readonly onEnd: () => void;
}

/** A worker under way. */
export interface Worker {
  /** Does one task; only while it does none. Rejects with an AgentFailure. */
  run(payload: JsonObject, context: AgentContext): Promise<Json>;
  /** Asks it to end itself after what it does now; ends it after the grace. */
  retire(): void;
  /** Tasks it has ended so far. */
  tasks(): number;
  /** Bytes it uses; null when nobody knows. */
  memory(): number | null;
  /** How it calls itself (`PowerShell 7.6.0`), null as long as it did not. */
  runtime(): string | null;
  readonly pid: number | null;
}

interface Current {
  readonly id: number;
  readonly context: AgentContext;
  readonly resolve: (output: Json) => void;
  readonly reject: (failure: AgentFailure) => void;
}

/** Starts a worker. Never throws: a program that cannot be started fails the first task. */
export const startWorker = (options: WorkerOptions): Worker => {
  const { clock, grace, limit } = options;
  const log = createTaskLog();
  let current: Current | null = null;
  /** Who hears what is said: the task of now, or the last one. */
  let listener: AgentContext | null = null;
  let lastId = 0;
  let ended = 0;
  let bytes = 0;
  let reported: number | null = null;
  let runtime: string | null = null;
  /** Why it is being ended, once it is. */
  let broken: AgentFailure | null = null;
  let gone = false;
  let cancelTimer = nothing;
  let retireTimer = nothing;

  const breakOff = (message: string, retryable: boolean): void => {
    broken ??= failureWith(message, retryable, log.lastLines());
    child.kill();
  };

  const settle = (): Current | null => {
    const task = current;
    current = null;
    cancelTimer();
    ended += 1;
    return task;
  };

  const onLine = (text: string): void => {
    if (broken !== null) return;
    const line = readLine(text);
    if (typeof line === 'string') {
      log.add(text);
      breakOff(
        `${options.agent}'s worker printed what is no line of the protocol (${line})`,
        false,
      );
    } else if (line.type === 'hello') runtime = line.runtime;
    else if (line.type === 'log' && (line.id ?? lastId) === lastId) onLog(line.level, line.message);
    else if (line.type !== 'log' && current !== null && line.id === current.id) {
      onTaskLine(line, current);
    } else if ((line.id ?? 0) > lastId) {
      log.add(text);
      breakOff(`${options.agent}'s worker spoke of a task it was not given`, false);
    }
    // Anything else comes late, from a task that is over.
  };

  const onLog = (level: 'debug' | 'info' | 'warn' | 'error', message: string): void => {
    log.add(message);
    // stderr may arrive after the answer that was written behind it.
    if (listener !== null) log.tell(level, message, listener);
  };

  const onTaskLine = (
    line: Exclude<LineFromWorker, { readonly type: 'hello' | 'log' }>,
    task: Current,
  ): void => {
    switch (line.type) {
      case 'progress':
        task.context.progress(percentOf(line.percent), (line.message ?? '').slice(0, LONGEST));
        break;
      case 'call':
        void serve(task, line);
        break;
      case 'result':
        reported = line.memory ?? reported;
        settle();
        task.resolve(line.output);
        break;
      case 'failure':
        reported = line.memory ?? reported;
        settle();
        task.reject(
          new AgentFailure(line.error.type, line.error.message || 'it failed without a message', {
            retryable: line.error.retryable,
            retryAfter: line.error.retry_after,
            payload: line.output,
          }),
        );
        break;
    }
  };

  const serve = async (
    task: Current,
    { call, method, params }: Extract<LineFromWorker, { readonly type: 'call' }>,
  ): Promise<void> => {
    const head = { type: 'answer', id: task.id, call } as const;
    try {
      const service = options.services.get(method);
      if (service === undefined) {
        const known = [...options.services.keys()].join(', ');
        throw new AgentFailure('AgentError', `There is no service ${method}; known are ${known}`);
      }
      child.send(writeLine({ ...head, result: await service(params, task.context) }));
    } catch (error) {
      const type = error instanceof AgentFailure ? error.type : 'AgentError';
      const message = errorMessage(error);
      const retryable = !(error instanceof AgentFailure) || error.retryable;
      child.send(writeLine({ ...head, error: { type, message, retryable } }));
    }
  };

  const onEnd = (end: ProcessEnd): void => {
    gone = true;
    retireTimer();
    settle()?.reject(broken ?? endFailure(end, options.agent, options.explain, log.lastLines()));
    options.onEnd();
  };

  const child = startLineProcess({
    ...options.program,
    limit,
    onLine,
    onErrorLine: (line) => onLog('info', line),
    onBytes(count) {
      bytes += count;
      if (bytes > 4 * limit) breakOff(`${options.agent}'s worker printed ${TOO_MUCH}`, false);
    },
    onTooLong(start) {
      log.add(start);
      breakOff(`${options.agent}'s worker printed ${TOO_MUCH} in one line`, false);
    },
    onEnd,
  });

  const cancel = (id: number, signal: AbortSignal): void => {
    if (current?.id !== id) return;
    const { reason }: { reason: unknown } = signal;
    const why = reason instanceof Error ? reason.message : 'The task was stopped';
    child.send(writeLine({ type: 'cancel', id, reason: why }));
    cancelTimer = clock.after(grace, () => {
      const late = `did not stop within ${grace / 1000} s and was ended`;
      breakOff(`${why}; ${options.agent}'s worker ${late}`, true);
    });
  };

  return {
    pid: child.pid,
    run(payload, context) {
      bytes = 0;
      listener = context;
      log.begin();
      const id = (lastId += 1);
      const onAbort = (): void => cancel(id, context.signal);
      const done = new Promise<Json>((resolve, reject) => {
        current = { id, context, resolve, reject };
        // It died between two tasks, unseen.
        if (gone) settle()?.reject(failureWith(`${options.agent}'s worker is gone`, true, []));
      });
      context.signal.addEventListener('abort', onAbort, { once: true });
      const { run, task, attempt, workflow } = context.identity;
      const { agent, station } = options;
      const about = { agent, workflow, run, task, attempt, station };
      child.send(writeLine({ type: 'task', id, payload, context: about }));
      if (context.signal.aborted) onAbort();
      return done.finally(() => context.signal.removeEventListener('abort', onAbort));
    },
    retire() {
      child.hangUp();
      if (!gone) retireTimer = clock.after(grace, () => child.kill());
    },
    tasks: () => ended,
    memory: () => (child.pid === null ? null : residentBytes(child.pid)) ?? reported,
    runtime: () => runtime,
  };
};

const TOO_MUCH = 'more than is allowed; write large results to a file and answer its path';

/** Characters of a progress message that are passed on. */
const LONGEST = 1_000;

const nothing = (): void => undefined;

const percentOf = (percent: number | null | undefined): number | null =>
  percent === null || percent === undefined ? null : Math.min(100, Math.max(0, percent));
