/**
 * The agent host: takes tasks off the queue for its agents, runs them, answers.
 *
 * Owns claims, concurrency and the handlers' lives; the engine owns what an answer means.
 * Invariants: a task is worked on only after its file was renamed into the agent's folder; what
 * this host holds when it stops is answered or back on offer; what it holds when it is killed is
 * taken back by the next one.
 */
import { join, resolve } from 'node:path';
import type { Host } from '../../lib/host/host.ts';
import { systemHost } from '../../lib/host/system-host.ts';
import { createSteadyClock } from '../../lib/steady-clock.ts';
import { silentLogger } from '../../lib/logger.ts';
import type { Logger } from '../../lib/logger.ts';
import type { BuiltinAgent } from '../agent.ts';
import { createTroubles, DEFAULT_LIMITS } from '../file-queue/context.ts';
import type { QueueLimits } from '../file-queue/context.ts';
import { createQueueFiles } from '../file-queue/files.ts';
import { createFolderWatch } from '../file-queue/folder-watch.ts';
import { queueFolders } from '../file-queue/folders.ts';
import { createUniqueNames } from '../file-queue/names.ts';
import { createPayloadStore } from '../file-queue/payload-store.ts';
import { createProgramRegister } from '../process/programs.ts';
import type { AgentRegistry } from '../registry.ts';
import { agentTable } from './agent-table.ts';
import { createAgentWorker } from './agent-worker.ts';
import { DEFAULT_HOST_TIMING } from './context.ts';
import type { HostContext, HostTiming } from './context.ts';
import type { Presence } from './presence.ts';
import { takeBackOrphans } from './takeover.ts';
import { createWaitingTasks } from './waiting-tasks.ts';

/** What a host runs and on what. */
export interface AgentHostOptions {
  /** The station's folder. */
  readonly station: string;
  /** Names, or all built-in and registered agents. */
  readonly agents: readonly string[] | 'all';
  readonly builtin: readonly BuiltinAgent[];
  readonly registry: AgentRegistry;
  readonly openHistory: HostContext['openHistory'];
  /** Environment of agents that are programs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly host?: Host;
  readonly logger?: Logger;
  readonly timing?: Partial<HostTiming>;
  readonly limits?: Partial<QueueLimits>;
}

/** A running host. */
export interface HostHandle {
  /** Name of the host's file in `.3ox/queue/hosts/`. */
  readonly id: string;
  readonly agents: readonly string[];
  /** Takes nothing more, stops what runs, gives back what was not finished. */
  stop(): Promise<void>;
}

/**
 * Starts a host; resolves when it is taking tasks.
 * @throws Error when a wanted agent cannot be run by any host.
 */
export const runAgentHost = async (options: AgentHostOptions): Promise<HostHandle> => {
  const context = createContext(options);
  const { clock, files, folders, logger, timing } = context;
  const self = context.host.processes.own();
  const unique = createUniqueNames(context.host);
  const id = `${self.host.replace(/[^A-Za-z0-9-]/g, '_')}-${self.pid}-${unique()}`;
  const programs = createProgramRegister(folders.hosts, id);
  const table = agentTable({
    ...options,
    station: folders.station,
    programs,
    limit: context.limits.answer,
  });
  const startedAt = clock.now();
  const pairs = [...new Set(table.map((agent) => folders.pairs[agent.queue]))];
  const waiting = createWaitingTasks(
    files,
    context.limits.answer,
    new Set(table.map(({ name }) => name)),
  );
  const troubles = createTroubles(logger);
  const workers = new Map(
    table.map((agent) => [agent.name, createAgentWorker(context, agent, waiting, troubles)]),
  );
  let stopped = false;
  const cancels: Record<string, () => void> = {};

  const pump = (): void => {
    if (!stopped) for (const worker of workers.values()) worker.pump();
  };

  const watches = [
    ...pairs.map((pair) =>
      createFolderWatch({ files, troubles }, pair.tasks, (name) => {
        void (name === null ? waiting.scan(pair, pump) : waiting.look(pair, name))
          .catch(report)
          .then(pump);
      }),
    ),
    ...[...workers].map(([agent, worker]) =>
      createFolderWatch({ files, troubles }, join(folders.claimed, agent), (name) =>
        worker.checkClaims(name),
      ),
    ),
  ];
  const report = (error: unknown): void => troubles.report('the task folder', error);

  const writePresence = async (): Promise<void> => {
    const agents = Object.fromEntries(
      [...workers].map(([name, worker]) => [name, worker.counters()]),
    );
    const content: Presence = {
      schema: 1,
      host: id,
      process: self,
      startedAt,
      updatedAt: clock.now(),
      agents,
    };
    await files.write(join(folders.hosts, `${id}.json`), `${JSON.stringify(content, null, 2)}\n`);
  };

  const scan = async (): Promise<void> => {
    for (const watch of watches) watch.check();
    for (const worker of workers.values()) worker.checkClaims(null);
    const held = (agent: string, name: string): boolean => workers.get(agent)?.holds(name) ?? false;
    const taken = await takeBackOrphans(context, table, id, held);
    if (taken > 0) logger.warn({ count: taken }, 'tasks of a host that is gone were taken back');
    for (const pair of pairs) await waiting.scan(pair, pump);
    pump();
  };

  /** Does `work` now and again `every` ms after it ended; troubles are told once. */
  const repeat = async (name: string, every: number, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      troubles.clear(name);
    } catch (error) {
      troubles.report(name, error);
    }
    if (!stopped) cancels[name] = clock.after(every, () => void repeat(name, every, work));
  };

  for (const folder of [
    folders.temp,
    folders.hosts,
    ...table.map(({ name }) => join(folders.claimed, name)),
  ]) {
    files.ensure(folder);
  }
  // Others must be able to see whose claims these are before there are any.
  await repeat('the host file', timing.presence, writePresence);
  await repeat('the task folders', timing.rescan, scan);

  return {
    id,
    agents: table.map(({ name }) => name),
    async stop() {
      stopped = true;
      for (const cancel of Object.values(cancels)) cancel();
      for (const watch of watches) watch.close();
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
      await programs.close().catch(report);
      await files.remove(join(folders.hosts, `${id}.json`)).catch(report);
      files.close();
    },
  };
};

const createContext = (options: AgentHostOptions): HostContext => {
  const { host = systemHost } = options;
  const folders = queueFolders(resolve(options.station), host.files);
  const files = createQueueFiles(folders.temp, host);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return {
    folders,
    files,
    limits,
    host,
    clock: createSteadyClock(host.clock),
    logger: options.logger ?? silentLogger,
    timing: { ...DEFAULT_HOST_TIMING, ...options.timing },
    payloads: createPayloadStore(folders, files, limits),
    openHistory: options.openHistory,
  };
};
