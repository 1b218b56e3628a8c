import { parseRunEvent } from '../../engine/parse-event.ts';
import { createFileJournal } from '../../journal/file-journal.ts';
import { acquireLock } from '../../journal/lock.ts';
import { findSalvage, salvageJournal, type Salvage } from '../../journal/salvage.ts';
import type { Scan } from '../../journal/scan.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

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
      async perform() {
        const lock = await acquireLock({ folder: workspace, host });
        try {
          await salvageJournal(files, workspace);
          // Opened as an engine would: what is left must be a journal.
          const { epoch } = lock;
          const options = { folder: workspace, epoch, parseEvent: parseRunEvent, files };
          await (await createFileJournal(options)).close();
        } finally {
          await lock.release();
        }
      },
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
