/** Concurrency keys of tasks: open attempts with the same text share places, in whatever run they are. */
import type {
  KeyLimit,
  SimpleTaskDefinition,
  SubWorkflowTaskDefinition,
  TaskDefinition,
  WorkflowDefinition,
} from './definition.ts';

/** A task of a type that holds a slot or a place while an attempt is open. */
export type SlotTask = SimpleTaskDefinition | SubWorkflowTaskDefinition;

export const isSlotTask = (task: TaskDefinition): task is SlotTask =>
  task.type === 'SIMPLE' || task.type === 'SUB_WORKFLOW';

/** What `limits` says of the key; a key that is not named there has one place. */
export const keyLimit = ({ limits }: WorkflowDefinition, key: string): KeyLimit =>
  (Object.hasOwn(limits, key) ? limits[key] : undefined) ?? ONE_PLACE;

const ONE_PLACE: KeyLimit = { concurrency: 1, rate: null };
