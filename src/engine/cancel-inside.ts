/** Nothing inside a FOR_EACH or DO_WHILE stays open when it ends. */
import type { TaskDefinition } from './definition.ts';
import type { Draft } from './draft.ts';
import { openInside, summaryOf } from './row-summary.ts';
import { isTerminal, taskOf } from './tasks.ts';

/** Cancels what is under way inside a row one by one, and items that never started all at once. */
export const cancelInside = (draft: Draft, definition: TaskDefinition, reason: string): void => {
  const { id } = definition;
  for (const inner of openInside(definition, taskOf(draft.run, id)?.rows ?? null)) {
    cancelRow(draft, inner.definition, reason);
  }
  const rows = taskOf(draft.run, id)?.rows;
  if (rows?.kind === 'items' && summaryOf(rows).pending !== null) {
    draft.emit({ type: 'ItemsCancelled', task: id, reason });
  }
};

/** Cancels a row that has not ended, with everything inside it. */
export const cancelRow = (draft: Draft, definition: TaskDefinition, reason: string): void => {
  const { id } = definition;
  const state = taskOf(draft.run, id);
  if (state === null || isTerminal(state)) return;
  cancelInside(draft, definition, reason);
  draft.emit({ type: 'TaskCancelled', task: id, reason });
};
