/**
 * The agent host's parent: starts it as a process of its own, because hashing must never stall the
 * chat, and starts it again when it dies.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../../lib/clock.ts';
import { systemClock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';
import { ownProgram } from '../../lib/own-program.ts';

/** What to keep running. */
export interface SuperviseOptions {
  readonly station: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Program and arguments. Default: this package's own host for all agents of the station. */
  readonly command?: readonly [string, ...string[]];
  /** Agents of the default command; all when left out. */
  readonly agents?: readonly string[];
  /** Environment of the host. Default: this process's, without the chat's secrets. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** First and longest delay in ms before a restart. */
  readonly backoff?: { readonly first: number; readonly longest: number };
  /** ms a host has to give back its tasks before it is killed. */
  readonly grace?: number;
}

/** A host that is being kept running. */
export interface SupervisedHost {
  /** Process id of the host of now, null between two. */
  pid(): number | null;
  /** Times it had to be started again. */
  restarts(): number;
  stop(): Promise<void>;
}

/** Starts the host and keeps it running. Resolves once it has been started. */
export const superviseAgentHost = async (options: SuperviseOptions): Promise<SupervisedHost> => {
  const { logger } = options;
  const clock = options.clock ?? systemClock;
  const { first, longest } = options.backoff ?? { first: 500, longest: 30_000 };
  const [file, ...args] = options.command ?? hostCommand(options.station, options.agents);
  let child: ChildProcess | null = null;
  let cancel = (): void => undefined;
  let restarts = 0;
  let delay = first;
  let stopped = false;
  let onGone = (): void => undefined;

  const start = (): void => {
    const startedAt = clock.now();
    let gone = false;
    // The open pipe to its stdin is how the host sees that its parent is there.
    const started = spawn(file, args, {
      stdio: ['pipe', 'ignore', 'inherit'],
      env: options.environment ?? withoutSecrets(process.env),
      windowsHide: true,
    });
    child = started;
    started.stdin?.on('error', () => undefined);
    const ended = (why: string): void => {
      if (gone) return;
      gone = true;
      child = null;
      onGone();
      if (stopped) return;
      // One that ran for a while did not die of what it was started with.
      if (clock.now() - startedAt > longest) delay = first;
      logger.warn({ why, delay }, 'the agent host ended and is started again');
      cancel = clock.after(delay, () => {
        restarts += 1;
        start();
      });
      delay = Math.min(longest, delay * 2);
    };
    started.on('error', (error) => ended(error.message));
    started.on('exit', (code, signal) => ended(signal ?? `exit code ${String(code)}`));
  };

  start();
  return {
    pid: () => child?.pid ?? null,
    restarts: () => restarts,
    async stop() {
      stopped = true;
      cancel();
      const last = child;
      if (last === null) return;
      const gone = new Promise<void>((resolve) => {
        onGone = resolve;
      });
      // The end of stdin asks it to stop on every system; signals do not.
      last.stdin?.end();
      const force = clock.after(options.grace ?? 8_000, () => void last.kill('SIGKILL'));
      await gone;
      force();
    },
  };
};

/** How this package's host is started, from the build as from the source. */
export const hostCommand = (
  station: string,
  agents: readonly string[] = [],
  ...more: readonly string[]
): [string, ...string[]] => {
  const { file, isSource } = ownProgram('src/agents/host/main');
  const loader = isSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : ['--enable-source-maps'];
  const named = agents.flatMap((agent) => ['--agent', agent]);
  return [process.execPath, ...loader, file, '--station', station, ...named, ...more];
};

/** Agents have no business with the bot's token, nor with secrets that no task hands them. */
export const withoutSecrets = (
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(environment).filter(([key]) => !/^(?:DISCORD|SECRET)_/u.test(key)),
  );
