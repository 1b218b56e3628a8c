import { acquireLock } from '../../journal/lock.ts';
import { parkedRuns, releaseParked } from '../../journal/recovery-notes.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

/** Runs that the engine went down over: released, so that the next start tries them again. */
export const findParkedRuns = (
  { workspace }: Pick<StationLayout, 'workspace'>,
  host: Host,
): readonly Repair[] =>
  [...parkedRuns(workspace, host.files)].map(([run, why]) => ({
    name: 'parked run',
    detail: `${run}: ${why}; released: the next start has it go on`,
    async perform() {
      const lock = await acquireLock({ folder: workspace, host });
      try {
        releaseParked(workspace, host.files, run);
      } finally {
        await lock.release();
      }
    },
  }));
