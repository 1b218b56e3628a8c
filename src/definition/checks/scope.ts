import type { TaskDefinition, InputType } from '../../engine/definition.ts';
import type { Order } from '../order.ts';

/** What the texts of one definition can name. */
export interface Names {
  readonly tasks: ReadonlyMap<string, TaskDefinition>;
  readonly inputs: readonly string[];
  /** Declared types, null where any value goes. */
  readonly inputTypes: ReadonlyMap<string, InputType | null>;
  /** Those of them whose values are secret. */
  readonly secretInputs: readonly string[];
  /** Numbers that conditions can name: metrics and declared outputs. */
  readonly metrics: readonly string[];
  /** Set by some SET_VARIABLE. */
  readonly variables: readonly string[];
  readonly order: Order;
}

/** Where a text stands, which decides what it can name. */
export interface Place {
  /** The task it belongs to, or null for what is computed for the run as a whole. */
  readonly task: string | null;
  /** True when it is read as the task ends: its own output is there. */
  readonly ending: boolean;
  /** True for the input of a task for an agent. */
  readonly secrets: boolean;
  /** True when the flow of tasks depends on it. */
  readonly flow: boolean;
  /** Names of the items that can be read here, the innermost first. */
  readonly items: readonly string[];
  /** True before the run begins: only the workflow's own values are there. */
  readonly early: boolean;
}
