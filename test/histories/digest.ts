/** What every version must make of a recorded journal: the parts of a run that keep their meaning. */
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { viewOf } from '../../src/engine/view.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import { foldRun } from '../../src/runtime/fold.ts';

/** Every run of the journal in `folder`, by id. */
export const digestOf = async (folder: string): Promise<unknown> => {
  const journal = openJournalForReading<RunEvent>({ folder, parseEvent: parseRunEvent });
  const live = new Set<string>();
  for await (const { run } of journal.replay()) live.add(run);
  const archived = [...(await journal.archived()).newest()].map(({ run }) => run);
  const runs: Record<string, unknown> = {};
  for (const run of [...live, ...archived].sort()) {
    const folded = foldRun(await journal.read(run));
    if (folded === null) throw new Error(`Run ${run} has no records`);
    const view = viewOf(folded.state, { version: folded.version });
    runs[run] = {
      archived: archived.includes(run),
      handle: view.handle,
      workflow: view.workflow,
      status: view.status,
      reason: view.reason,
      generation: view.generation,
      version: view.version,
      started_by: view.started_by,
      created_at: view.created_at,
      ended_at: view.ended_at,
      input: view.input,
      output: view.output,
      progress: view.progress,
      tasks: view.tasks.map((task) => ({
        id: task.id,
        status: task.status,
        reason: task.reason,
        output: task.output,
        attempts: task.attempts.map(({ attempt, status, error }) => ({ attempt, status, error })),
      })),
    };
  }
  return runs;
};
