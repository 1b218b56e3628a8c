/**
 * Agents that are long-lived programs: started once, given one task after the other in the lines of
 * worker-lines.ts. What a program of one task a process may do, these may too, without its start.
 */
import { join } from 'node:path';
import { systemClock } from '../../lib/clock.ts';
import type { Clock } from '../../lib/clock.ts';
import type { BuiltinAgent } from '../agent.ts';
import type { RegisteredAgent } from '../registry.ts';
import type { CommandAgentOptions, CommandEntry } from './command-agent.ts';
import { startMessage } from './not-started.ts';
import { NO_REGISTER } from './programs.ts';
import { createWorkerPool } from './worker-pool.ts';
import { workerServices } from './worker-services.ts';
import { startWorker } from './worker.ts';
import type { WorkerOptions } from './worker.ts';

/** Surroundings of long-lived programs. */
export interface WorkerAgentOptions extends CommandAgentOptions {
  readonly clock?: Clock;
}

/** Creates the agent of a `command` entry with `protocol: jsonl`. */
export const createJsonLinesAgent = (
  entry: CommandEntry,
  options: WorkerAgentOptions,
): BuiltinAgent => {
  const [program = '', ...args] = entry.command;
  return createWorkerAgent(entry, options, {
    // Node is always there: the one that runs the agents.
    file: () => (program === 'node' ? process.execPath : program),
    args,
    env: {},
    descriptors: false,
    explain: (end) => startMessage(end, program, entry),
  });
};

/** The program behind the workers of an agent. */
export interface WorkerProgram {
  /** Asked for whenever one is started. */
  readonly file: () => string;
  readonly args: readonly string[];
  /** Added to the environment before the entry's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Lines go on file descriptor 3 and come on 4 instead of stdin and stdout. */
  readonly descriptors: boolean;
  readonly explain: WorkerOptions['explain'];
}

/** An entry whose programs are kept between tasks. */
type KeptEntry = Extract<RegisteredAgent, { readonly kind: 'command' | 'powershell' }>;

/** Creates an agent whose tasks are done by workers that run `program`. */
export const createWorkerAgent = (
  entry: KeptEntry,
  options: WorkerAgentOptions,
  program: WorkerProgram,
): BuiltinAgent & Required<Pick<BuiltinAgent, 'workers' | 'close'>> => {
  const { station } = options;
  const clock = options.clock ?? systemClock;
  const limit = options.limit ?? 16 * 1024 * 1024;
  const workers = entry.workers ?? Math.min(entry.concurrency ?? USUAL.workers, USUAL.workers);
  const services = workerServices(limit);
  const pool = createWorkerPool({
    workers,
    idle: entry.idle ?? USUAL.idle,
    maxTasks: entry.max_tasks ?? USUAL.maxTasks,
    maxMemory: entry.max_memory ?? USUAL.maxMemory,
    clock,
    start: (onEnd) =>
      startWorker({
        agent: entry.name,
        station,
        services,
        limit,
        clock,
        grace: options.grace ?? 3_000,
        explain: program.explain,
        onEnd,
        program: {
          file: program.file(),
          descriptors: program.descriptors,
          args: program.args,
          cwd: entry.cwd === null ? station : join(station, entry.cwd),
          env: {
            ...options.environment,
            WORKFLOW_STATION: station,
            WORKFLOW_AGENT: entry.name,
            ...program.env,
            ...entry.env,
          },
          programs: options.programs ?? NO_REGISTER,
        },
      }),
  });
  return {
    name: entry.name,
    description: entry.description,
    concurrency: entry.concurrency ?? workers,
    handle: (payload, context) => pool.run(payload, context),
    workers: () => pool.figures(),
    close: () => pool.stop(),
  };
};

const USUAL = { workers: 2, idle: 5 * 60_000, maxTasks: 1_000, maxMemory: 1024 ** 3 } as const;
