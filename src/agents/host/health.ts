/** How the agents of a station are: from the hosts' files and the queue itself, without any process. */
import { join, resolve } from 'node:path';
import type { Host } from '../../lib/host/host.ts';
import { systemHost } from '../../lib/host/system-host.ts';
import type { WorkerFigures } from '../agent.ts';
import { createQueueFiles } from '../file-queue/files.ts';
import type { QueueFiles } from '../file-queue/files.ts';
import { queueFolders } from '../file-queue/folders.ts';
import type { QueueFolders } from '../file-queue/folders.ts';
import { readFileName } from '../file-queue/names.ts';
import { readTaskFile } from '../file-queue/task-file.ts';
import { readHosts } from './presence.ts';
import { readRecentAnswers } from './recent-answers.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** One agent's health. Times are ms since the epoch. */
export interface AgentHealth {
  readonly name: string;
  /** A living host runs it and it can work there. */
  readonly up: boolean;
  /** Why it cannot work, and what to do; null when it can or nobody runs it. */
  readonly unavailable: string | null;
  /** Hosts that run it. */
  readonly hosts: number;
  /** Tasks that somebody holds. */
  readonly running: number;
  /** Tasks on offer. */
  readonly waiting: number;
  /** When the oldest task on offer was written, null when none waits. */
  readonly oldestWaiting: number | null;
  /** Last sign of life of a host that runs it, null when there is none. */
  readonly lastSeen: number | null;
  /** Tasks its living hosts take at once; null when nobody runs it. */
  readonly concurrency: number | null;
  /** Long-lived processes of its living hosts; null where it has none. */
  readonly workers: WorkerFigures | null;
  /** Whether all its living hosts are on this machine. */
  readonly local: boolean;
  /** Its part of the station's last answers; null when it gave none of them. */
  readonly recent: RecentAnswers | null;
}

/** The health of every agent that has a host or a task, or has answered lately, by name. */
export const readAgentHealth = async (
  station: string,
  machine: Host = systemHost,
): Promise<readonly AgentHealth[]> => {
  const folders = queueFolders(resolve(station), machine.files);
  const files = createQueueFiles(folders.temp, machine);
  const hosts = readHosts(folders, machine);
  const offers = await readOffers(folders, files);
  const held = new Map(
    list(files, folders.claimed).map((agent) => [
      agent,
      list(files, join(folders.claimed, agent)).filter(isTask).length,
    ]),
  );
  const recent = await readRecentAnswers(folders, files);
  const names = new Set([
    ...hosts.flatMap((host) => Object.keys(host.agents)),
    ...offers.keys(),
    ...recent.keys(),
    ...[...held].flatMap(([agent, count]) => (count > 0 ? [agent] : [])),
  ]);
  return [...names].toSorted().map((name) => {
    const serving = hosts.filter((host) => name in host.agents);
    const alive = serving.filter((host) => host.alive);
    const reports = alive.flatMap((host) => host.agents[name] ?? []);
    const waiting = offers.get(name) ?? [];
    return {
      name,
      up: reports.some((report) => report.unavailable === null),
      unavailable: reports.find((report) => report.unavailable !== null)?.unavailable ?? null,
      hosts: alive.length,
      running: held.get(name) ?? 0,
      waiting: waiting.length,
      oldestWaiting: waiting.length === 0 ? null : Math.min(...waiting),
      lastSeen: serving.length === 0 ? null : Math.max(...serving.map((host) => host.updatedAt)),
      concurrency: reports.length === 0 ? null : sum(reports.map((report) => report.concurrency)),
      workers: mergeWorkers(reports.flatMap((report) => report.workers ?? [])),
      local: alive.every((host) => machine.processes.stateOf(host.process) !== 'unknown'),
      recent: recent.get(name) ?? null,
    };
  });
};

const mergeWorkers = (figures: readonly WorkerFigures[]): WorkerFigures | null =>
  figures.length === 0
    ? null
    : {
        limit: sum(figures.map(({ limit }) => limit)),
        busy: sum(figures.map(({ busy }) => busy)),
        idle: sum(figures.map(({ idle }) => idle)),
        started: sum(figures.map(({ started }) => started)),
        runtime: figures.find(({ runtime }) => runtime !== null)?.runtime ?? null,
      };

const isTask = (name: string): boolean => readFileName('task', name).type === 'named';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Looking must not make anything: a folder that is not there is empty. */
const list = (files: QueueFiles, folder: string): readonly string[] =>
  files.stat(folder) === null ? [] : files.list(folder);

/** When each task on offer was made, by agent. */
const readOffers = async (
  folders: QueueFolders,
  files: QueueFiles,
): Promise<ReadonlyMap<string, number[]>> => {
  const offers = new Map<string, number[]>();
  for (const pair of Object.values(folders.pairs)) {
    for (const name of list(files, pair.tasks).filter(isTask)) {
      const path = join(pair.tasks, name);
      const facts = files.stat(path);
      if (facts === null || !facts.regular || facts.size > MOST) continue;
      try {
        const task = readTaskFile(await files.read(path, facts.size), MOST);
        const times = offers.get(task.assignedTo) ?? [];
        times.push(task.createdAt ?? facts.modified);
        offers.set(task.assignedTo, times);
      } catch {
        // Gone meanwhile, or nobody's.
      }
    }
  }
  return offers;
};

const MOST = 16 * 1024 * 1024;
