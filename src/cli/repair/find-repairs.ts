/** Everything safe that can be mended in a station, in the order in which it is done. Changes nothing. */
import { systemHost } from '../../lib/host/system-host.ts';
import { layoutOf } from '../../station/layout.ts';
import { findJournalEnds } from './journal-ends.ts';
import { findLeftovers } from './leftovers.ts';
import { findOpenModes } from './open-modes.ts';
import { findOrphans } from './orphans.ts';
import { findParkedRuns } from './parked-runs.ts';
import { findStaleLock } from './stale-lock.ts';
import type { Repair } from './repair.ts';

export const findRepairs = async (root: string): Promise<readonly Repair[]> => {
  const layout = layoutOf(root);
  return [
    ...findStaleLock(layout, systemHost),
    ...(await findJournalEnds(layout, systemHost)),
    ...findParkedRuns(layout, systemHost),
    ...(await findOrphans(layout, systemHost)),
    ...(await findLeftovers(layout, systemHost)),
    ...(await findOpenModes(layout)),
  ];
};
