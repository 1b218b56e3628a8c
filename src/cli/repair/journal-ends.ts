import type { Scan } from '../../journal/scan.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';
import { settleJournal, withStation } from './with-station.ts';

/** Ends of the journal that do not count: cut as an engine would, a copy is kept. */
export const findJournalEnds = (
  { leftovers, damage }: Pick<Scan, 'leftovers' | 'damage'>,
  { workspace }: Pick<StationLayout, 'workspace'>,
  host: Host,
): readonly Repair[] => {
  // Nothing is opened, so nothing is cut, while there is damage that a person must look at.
  if (damage !== null || leftovers.length === 0) return [];
  const where = leftovers.map(
    ({ segment, offset, what }) => `${segment.name}, byte ${offset}: ${what}`,
  );
  return [
    {
      name: 'journal end',
      detail: `${where.join('; ')}; what was never acknowledged is cut, a copy is kept in journal/damaged`,
      perform: () => withStation(workspace, host, (epoch) => settleJournal(workspace, host, epoch)),
    },
  ];
};
