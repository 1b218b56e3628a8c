import { parkedRuns, releaseParked } from '../../journal/recovery-notes.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';
import { withStation } from './with-station.ts';

/** Runs that the engine went down over: released, so that the next start tries them again. */
export const findParkedRuns = (
  { workspace }: Pick<StationLayout, 'workspace'>,
  host: Host,
): readonly Repair[] =>
  [...parkedRuns(workspace, host.files)].map(([run, why]) => ({
    name: 'parked run',
    detail: `${run}: ${why}; released: the next start has it go on`,
    perform: () => withStation(workspace, host, () => releaseParked(workspace, host.files, run)),
  }));
