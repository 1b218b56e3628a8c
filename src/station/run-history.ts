/** A run's history as an agent may read it: straight from the station's journal, without the engine. */
import { join } from 'node:path';
import type { RunHistory } from '../agents/agent.ts';
import { parseRunEvent } from '../engine/parse-event.ts';
import type { RunState } from '../engine/state.ts';
import type { JournalFiles } from '../journal/journal-files.ts';
import { openJournalForReading } from '../journal/reading.ts';
import { foldRun } from '../runtime/fold.ts';

export const createRunHistory = (options: {
  readonly station: string;
  readonly run: string;
  /** The machine's, unless a test puts its own under it. */
  readonly files?: JournalFiles;
}): RunHistory => ({
  async summary() {
    const journal = openJournalForReading({
      folder: join(options.station, '.3ox'),
      parseEvent: parseRunEvent,
      ...(options.files === undefined ? {} : { files: options.files }),
    });
    const records = await journal.read(options.run);
    const folded = foldRun(records);
    const head = records.at(-1);
    if (folded === null || head === undefined) {
      throw new Error(`Run ${options.run} is not in the journal of ${options.station}`);
    }
    const { state } = folded;
    return {
      run: state.id,
      handle: state.handle,
      workflow: {
        id: state.definition.id,
        version: state.definition.version,
        sha256: state.sha256,
      },
      startedBy: state.startedBy.name,
      createdAt: state.createdAt,
      tasks: Object.values(state.tasks).map((task) => ({
        id: task.id,
        status: task.status,
        attempts: task.attempts.length,
        duration: durationOf(task),
      })),
      approvals: approvalsOf(state),
      audit: {
        events: records.reduce((sum, { events }) => sum + events.length, 0),
        head: head.hash,
      },
    };
  },
});

type TaskState = RunState['tasks'][string];

const durationOf = (task: TaskState): number | null => {
  const begun = task.attempts[0]?.dispatchedAt;
  return begun !== undefined && 'endedAt' in task ? task.endedAt - begun : null;
};

/** Decisions of HUMAN tasks, from their outputs. */
const approvalsOf = ({ definition, tasks }: RunState) =>
  definition.tasks.flatMap(({ id, type }) => {
    const task = tasks[id];
    if (type !== 'HUMAN' || task === undefined || !('output' in task)) return [];
    const { output } = task;
    if (typeof output !== 'object' || output === null || !('approval_decision' in output))
      return [];
    const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
    return [
      {
        task: id,
        decision: text(output['approval_decision']) ?? 'none',
        by: text(output['decided_by']) ?? 'nobody',
        note: text(output['notes']),
        at: Date.parse(text(output['decided_at']) ?? '') || task.endedAt,
      },
    ];
  });
