/**
 * Hosts' own signs of life: `.3ox/queue/hosts/<host>.json`, rewritten every few seconds. They say
 * which agents somebody works for, and whose claims are nobody's any more.
 */
import { join } from 'node:path';
import { z } from 'zod';
import type { Host } from '../../lib/host/host.ts';
import { parsedJson } from '../../lib/json.ts';
import type { QueueFolders } from '../file-queue/folders.ts';

const counters = z.object({
  running: z.number(),
  answered: z.number(),
  failed: z.number(),
  /** ms since the epoch of the last task taken or answered, null before the first. */
  lastWorked: z.number().nullable(),
  concurrency: z.number(),
  unavailable: z.string().nullable(),
  /** Its long-lived processes; null where it has none. */
  workers: z
    .object({
      limit: z.number(),
      busy: z.number(),
      idle: z.number(),
      started: z.number(),
      runtime: z.string().nullable(),
    })
    .nullable()
    .default(null),
});

const presence = z.object({
  schema: z.literal(1),
  host: z.string(),
  process: z.object({
    pid: z.number(),
    boot: z.string(),
    started: z.string().nullable(),
    host: z.string(),
  }),
  startedAt: z.number(),
  updatedAt: z.number(),
  agents: z.record(z.string(), counters),
});

/** What a host says of one agent. */
export type AgentCounters = Readonly<z.output<typeof counters>>;

/** A host's file. Times are ms since the epoch. */
export type Presence = Readonly<z.output<typeof presence>>;

/** A host's file with whether its process is still there. */
export interface SeenHost extends Presence {
  readonly alive: boolean;
  readonly path: string;
}

/** ms without a sign of life after which a host of another machine counts as gone. */
const SILENT = 30_000;

/** All hosts of a station, those that are gone included. Files that cannot be read are left out. */
export const readHosts = (
  folders: Pick<QueueFolders, 'hosts'>,
  { files, clock, processes }: Pick<Host, 'files' | 'clock' | 'processes'>,
): readonly SeenHost[] =>
  files.list(folders.hosts).flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    const path = join(folders.hosts, name);
    const parsed = presence.safeParse(parsedJson(files.read(path)?.toString('utf8') ?? ''));
    if (!parsed.success) return [];
    const state = processes.stateOf(parsed.data.process);
    const alive =
      state === 'unknown' ? clock.now() - parsed.data.updatedAt < SILENT : state === 'alive';
    return [{ ...parsed.data, alive, path }];
  });
