/**
 * Journals of any size: the records of one real run, given to thousands of run ids. Made on demand
 * below `bench/.fixtures` (not in git) and kept, for a million events take a while.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../src/lib/project-folder.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { createFileJournal } from '../../src/journal/file-journal.ts';
import { systemFiles, type JournalFiles } from '../../src/journal/journal-files.ts';
import type { Journal, JournalRecord } from '../../src/journal/journal.ts';
import { openChainEngine } from './chain-engine.ts';
import { inScratch } from './scratch.ts';

export interface BigJournal {
  readonly archived: number;
  readonly open: number;
  /** Events of all runs together, about: what a run lacks of its share are reports of progress. */
  readonly events: number;
}

const unsynced: JournalFiles = { ...systemFiles, sync: () => Promise.resolve() };

/** The folder (`.3ox`) with such a journal. */
export const bigJournal = async (size: BigJournal): Promise<string> => {
  const name = `journal-${size.archived}-${size.open}-${size.events}`;
  const folder = join(projectFolder(), 'bench', '.fixtures', name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  console.log(`making ${name} …`);
  const { ended, open } = await templates();
  const journal = await createFileJournal<RunEvent>({
    folder: unfinished,
    epoch: 1,
    parseEvent: parseRunEvent,
    files: unsynced,
  });
  const share = Math.ceil(size.events / (size.archived + size.open));
  // Open ones lie among the others, as they do where work goes on all the time.
  const every = size.open === 0 ? Infinity : Math.ceil((size.archived + size.open) / size.open);
  const numbers = Array.from({ length: size.archived + size.open }, (_, number) => number);
  for (let from = 0; from < numbers.length; from += 50) {
    await Promise.all(
      numbers
        .slice(from, from + 50)
        .map((number) =>
          number % every === 0 || every === 1
            ? append(journal, number, padded(open, share))
            : append(journal, number, padded(ended, share)).then((run) =>
                archive(journal, run, number),
              ),
        ),
    );
  }
  await journal.close();
  // Opened once more, as every station has been: what made it so long so fast is compacted then.
  const options = { folder: unfinished, epoch: 2, parseEvent: parseRunEvent };
  await (await createFileJournal<RunEvent>(options)).close();
  await rename(unfinished, folder);
  return folder;
};

type Template = readonly Pick<JournalRecord<RunEvent>, 'events' | 'cause'>[];

/** The records of a run of the chain that has ended, and of one that is at its first task. */
const templates = (): Promise<{ readonly ended: Template; readonly open: Template }> =>
  inScratch(async (folder) => {
    const chain = await openChainEngine(folder, { files: unsynced });
    await chain.runToEnd();
    await chain.startIdle();
    await chain.close();
    const journal = await createFileJournal<RunEvent>({
      folder,
      epoch: 2,
      parseEvent: parseRunEvent,
    });
    const runs = new Map<string, JournalRecord<RunEvent>[]>();
    for await (const record of journal.replay()) {
      runs.set(record.run, [...(runs.get(record.run) ?? []), record]);
    }
    await journal.close();
    const [ended, open] = [...runs.values()];
    if (ended === undefined || open === undefined) throw new Error('The chain left no records');
    return { ended, open };
  });

/** With as many reports of its first task's progress as are missing from its share of events. */
const padded = (template: Template, share: number): Template => {
  const events = template.reduce((sum, record) => sum + record.events.length, 0);
  const reports = Array.from({ length: Math.max(0, share - events) }, (_, number) => ({
    cause: 'ReportProgress by agent:WORKER',
    events: [
      {
        type: 'TaskProgressed',
        task: 'scan',
        attempt: 1,
        percent: number % 100,
        message: `${number} files`,
      } as const,
    ],
  }));
  return [...template.slice(0, 1), ...reports, ...template.slice(1)];
};

const append = async (
  journal: Journal<RunEvent>,
  number: number,
  template: Template,
): Promise<string> => {
  const at = 1_764_000_000_000 + number;
  const run = `wf-${at}-${number.toString(36).padStart(9, '0')}`;
  let version = 0;
  for (const { cause, events } of template) {
    const own = events.map((event) =>
      event.type === 'RunStarted' ? { ...event, handle: handleOf(number) } : event,
    );
    await journal.append({ run, events: own, cause, at }, version);
    version += 1;
  }
  return run;
};

const archive = (journal: Journal<RunEvent>, run: string, number: number): Promise<void> =>
  journal.archive(run, {
    run,
    handle: handleOf(number),
    workflow: 'bench-chain',
    status: 'COMPLETED',
    reason: null,
    startedBy: 'bench',
    createdAt: 1_764_000_000_000 + number,
    endedAt: 1_764_000_060_000 + number,
    done: 5,
    total: 5,
    key: null,
    parent: null,
  });

const handleOf = (number: number): string => number.toString(32).toUpperCase().padStart(5, '0');
