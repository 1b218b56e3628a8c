import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock.ts';
import type { Host } from './host.ts';
import { systemProcesses } from './processes.ts';
import { systemFiles } from './system-files.ts';

/** The machine this process runs on. */
export const systemHost: Host = {
  files: systemFiles,
  clock: { ...systemClock, monotonic: () => performance.now() },
  processes: systemProcesses,
  random: (count) => randomBytes(count),
};
