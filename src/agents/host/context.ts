/** What the parts of one host share. */
import type { Clock } from '../../lib/clock.ts';
import type { Host } from '../../lib/host/host.ts';
import type { Logger } from '../../lib/logger.ts';
import type { RunHistory } from '../agent.ts';
import type { QueueLimits } from '../file-queue/context.ts';
import type { QueueFiles } from '../file-queue/files.ts';
import type { QueueFolders } from '../file-queue/folders.ts';
import type { PayloadStore } from '../file-queue/payload-store.ts';

/** Waiting times in ms. */
export interface HostTiming {
  /** Between two listings of the task folders. */
  readonly rescan: number;
  /** Between two touches of a claim; a task's heartbeat may ask for more. */
  readonly beat: number;
  /** A claim nobody touched for this long belongs to nobody. */
  readonly orphan: number;
  /** Between two progress reports of a task. */
  readonly progress: number;
  /** A handler that does not end this long after it was told to is given up. */
  readonly grace: number;
  /** Between two signs of life of the host itself. */
  readonly presence: number;
}

/** Times for real work. */
export const DEFAULT_HOST_TIMING: HostTiming = {
  rescan: 2_000,
  beat: 2_000,
  orphan: 10_000,
  progress: 500,
  grace: 5_000,
  presence: 3_000,
};

/** Shared by the parts of a host. */
export interface HostContext {
  readonly folders: QueueFolders;
  readonly files: QueueFiles;
  readonly host: Host;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: HostTiming;
  readonly limits: QueueLimits;
  readonly payloads: PayloadStore;
  openHistory(options: { readonly station: string; readonly run: string }): RunHistory;
}
