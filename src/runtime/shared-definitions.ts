/**
 * Every run's history begins with a copy of its definition. Read back from disk, thousands of runs
 * of one workflow would hold thousands of copies, and a graph computed for each.
 */
import type { WorkflowDefinition } from '../engine/definition.ts';
import type { RunEvent } from '../engine/events.ts';
import type { JournalRecord } from '../journal/journal.ts';

/** Lets records that start runs share one definition where theirs say the same. */
export const createSharing = (): ((record: JournalRecord<RunEvent>) => JournalRecord<RunEvent>) => {
  const known = new Map<string, WorkflowDefinition>();
  const chosen = new Set<WorkflowDefinition>();
  const shared = (definition: WorkflowDefinition): WorkflowDefinition => {
    if (chosen.has(definition)) return definition;
    const text = JSON.stringify(definition);
    const found = known.get(text);
    if (found !== undefined) return found;
    known.set(text, definition);
    chosen.add(definition);
    return definition;
  };
  return (record) =>
    record.version > 1
      ? record
      : {
          ...record,
          events: record.events.map((event) =>
            event.type === 'RunStarted'
              ? { ...event, definition: shared(event.definition) }
              : event,
          ),
        };
};
