import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';

/** Free slots of the task's agent, or null when it needs none. */
export const freeSlots = (draft: Draft, task: TaskDefinition): number | null =>
  task.type === 'SIMPLE' && task.executor.kind === 'agent'
    ? draft.freeSlots(task.executor.name)
    : null;
