/**
 * Definitions as older versions journaled them, made complete: every field that came later has
 * a default here. The one place for it; add to it whenever a field is added.
 */
import type { RunEvent } from './events.ts';
import type { TaskDefinition, WorkflowDefinition } from './definition.ts';

/** The event with what was not journaled yet when it happened. */
export const upgraded = (event: RunEvent): RunEvent => {
  if (event.type === 'RunStarted') return { ...event, definition: completed(event.definition) };
  if (event.type === 'GenerationStarted' && event.definition !== undefined) {
    return { ...event, definition: completed(event.definition) };
  }
  return event;
};

/** Once for each definition, so that runs which share one go on sharing it. */
const completed = (old: WorkflowDefinition): WorkflowDefinition => {
  const known = done.get(old) ?? complete(old);
  done.set(old, known);
  return known;
};

const done = new WeakMap<WorkflowDefinition, WorkflowDefinition>();

const complete = (old: WorkflowDefinition): WorkflowDefinition => {
  const definition: WorkflowDefinition = { ...LATER, ...old, tasks: old.tasks.map(completedTask) };
  const failure = definition.failureWorkflow;
  return failure?.kind === 'steps'
    ? {
        ...definition,
        failureWorkflow: { kind: 'steps', definition: completed(failure.definition) },
      }
    : definition;
};

const LATER = { concurrency: null, rate: null, limits: {}, schedules: [] };

const completedTask = (old: TaskDefinition): TaskDefinition => {
  const task: TaskDefinition = { ...LATER_TASK, ...old };
  return task.type === 'HUMAN' ? { ...LATER_HUMAN, ...task } : task;
};

const LATER_TASK = { compensate: null, concurrencyKey: null };

const LATER_HUMAN = { optionDetails: {}, reminders: [] };
