/** Is the history whole, can every run be read, and is it from the past? */
import { openJournalForReading } from '../../journal/reading.ts';
import { parseRunEvent } from '../../engine/parse-event.ts';
import { foldRecord, type CommittedRun } from '../../runtime/fold.ts';
import { layoutOf } from '../../station/layout.ts';
import { errorMessage } from '../../lib/error-code.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** ms by which a record may be ahead of the clock. */
const AHEAD = 60_000;

export const checkJournal = async (root: string): Promise<readonly Finding[]> => {
  const { workspace } = layoutOf(root);
  try {
    const journal = openJournalForReading({ folder: workspace, parseEvent: parseRunEvent });
    const { ok, records, runs, problems } = await journal.verify();
    const [first] = problems;
    const history =
      ok || first === undefined
        ? fine('journal', `${records} records of ${runs} runs, all as they were written`)
        : wrong(
            'journal',
            `${first.file}, byte ${first.offset}: ${first.what}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`,
            'workflow audit verify shows all of it; workflow repair cuts an unfinished end; other damage needs a backup of the file, or workflow repair --salvage',
          );
    return [history, ...(await checkRuns(journal))];
  } catch (error) {
    return [wrong('journal', errorMessage(error), 'workflow audit verify shows where')];
  }
};

type Reading = ReturnType<
  typeof openJournalForReading<Parameters<typeof foldRecord>[1]['events'][number]>
>;

const checkRuns = async (journal: Pick<Reading, 'replay'>): Promise<readonly Finding[]> => {
  const runs = new Map<string, CommittedRun>();
  const parked = new Map<string, string>();
  let newest = 0;
  for await (const record of journal.replay()) {
    newest = Math.max(newest, record.at);
    if (parked.has(record.run)) continue;
    try {
      runs.set(record.run, foldRecord(runs.get(record.run) ?? null, record));
    } catch (error) {
      parked.set(record.run, errorMessage(error));
      runs.delete(record.run);
    }
  }
  const ahead = newest - Date.now();
  return [
    ...[...parked].map(([run, why]) =>
      wrong(
        'quarantined run',
        `${run}: ${why}`,
        `workflow audit verify ${run} shows where; the other runs go on`,
      ),
    ),
    ...(ahead > AHEAD
      ? [
          wrong(
            'clock',
            `the newest record is ${Math.round(ahead / 1_000)} s in the future`,
            "set the machine's clock; deadlines count by it",
          ),
        ]
      : []),
  ];
};
