/** What a pass over the rows of a run carries along, and how rows inside rows are visited. */
import type { Candidate } from './candidate.ts';
import type { TaskDefinition } from './definition.ts';
import type { Group } from './graph.ts';

export interface Pass {
  /** Rows that can never start. */
  readonly blocked: Set<string>;
  /** Rows that are ready and need a slot. */
  readonly forSlots: Candidate[];
}

/** How the rows inside a FOR_EACH or DO_WHILE are visited; given, because visits nest. */
export interface Visitor {
  /** True when the pass is to stop: the run ended, or what ends it happened. */
  group(group: Group): boolean;
  /** An item, which waits for nothing but its turn; true as for a group. */
  item(task: TaskDefinition): boolean;
}
