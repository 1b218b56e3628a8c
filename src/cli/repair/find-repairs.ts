/** What can be mended in a station, in the order in which it is done. Changes nothing. */
import { join } from 'node:path';
import { scanQuietly } from '../../journal/scan.ts';
import { systemHost } from '../../lib/host/system-host.ts';
import { layoutOf } from '../../station/layout.ts';
import { findDamagedJournal } from './damaged-journal.ts';
import { findJournalEnds } from './journal-ends.ts';
import { findLeftovers } from './leftovers.ts';
import { findOpenModes } from './open-modes.ts';
import { findOrphans } from './orphans.ts';
import { findParkedRuns } from './parked-runs.ts';
import { findStaleLock } from './stale-lock.ts';
import type { Repair } from './repair.ts';

/** `salvage`: also what loses something, which is a journal damaged in its middle. */
export const findRepairs = async (
  root: string,
  salvage: boolean,
): Promise<{
  readonly repairs: readonly Repair[];
  /** The journal is damaged in its middle, and `salvage` is off. */
  readonly damaged: boolean;
}> => {
  const layout = layoutOf(root);
  const scan = await scanQuietly(systemHost.files, join(layout.workspace, 'journal'));
  const repairs = [
    ...findStaleLock(layout, systemHost),
    ...(salvage ? findDamagedJournal(scan, layout, systemHost) : []),
    ...findJournalEnds(scan, layout, systemHost),
    ...findParkedRuns(layout, systemHost),
    ...(await findOrphans(layout, systemHost)),
    ...(await findLeftovers(layout, systemHost)),
    ...(await findOpenModes(layout)),
  ];
  return { repairs, damaged: scan.damage !== null && !salvage };
};
