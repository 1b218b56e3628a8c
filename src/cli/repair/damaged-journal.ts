import { findSalvage, salvageJournal, type Salvage } from '../../journal/salvage.ts';
import type { Scan } from '../../journal/scan.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';
import { settleJournal, withStation } from './with-station.ts';

/** A journal that is damaged in its middle: what can be read of it is kept, the rest is named. */
export const findDamagedJournal = (
  { damage }: Pick<Scan, 'damage'>,
  { workspace }: Pick<StationLayout, 'workspace'>,
  host: Host,
): readonly Repair[] => {
  const { files } = host;
  if (damage === null) return [];
  return [
    {
      name: 'damaged journal',
      detail: textOf(findSalvage(files, workspace)),
      perform: () =>
        withStation(workspace, host, async (epoch) => {
          await salvageJournal(files, workspace);
          // What is left must be a journal.
          await settleJournal(workspace, host, epoch);
        }),
    },
  ];
};

/** What is lost comes first, run by run. */
const textOf = ({ wrong, kept, lost, broken, doubtful, gone }: Salvage): string => {
  const places = wrong.map(({ name, offset, what }) => `${name}, byte ${offset}: ${what}`);
  const list = (runs: readonly string[], what: string): readonly string[] =>
    runs.length === 0 ? [] : [`${runs.join(', ')}: ${what}`];
  return [
    places.join('; '),
    `${lost ?? 'an unknown number of'} ${lost === 1 ? 'record is' : 'records are'} lost, ${kept} kept`,
    ...list([...broken.keys()], 'has a gap in its history and stays quarantined'),
    ...list(doubtful, 'may lack its last steps and is parked until workflow repair releases it'),
    ...list(gone, 'nothing is left of it'),
    'the damaged files are kept in journal/damaged',
  ].join('; ');
};
