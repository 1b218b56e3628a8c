/** The places of a FOR_EACH: how many of its items may be under way. A waiting retry holds none. */
import { definitionOf, ownerOf, placeOf } from './plan.ts';
import { summaryOf } from './row-summary.ts';
import type { RunState } from './state.ts';
import { taskOf } from './tasks.ts';

/** False for an item whose FOR_EACH has no place for it now; rows that are no items need none. */
export const hasPlace = (run: RunState, row: string): boolean => {
  const place = placeOf(run.definition, row);
  if (place === null || place.steps.at(-1)?.owner.type !== 'FOR_EACH') return true;
  const owner = ownerOf(place) ?? '';
  const each = definitionOf(run.definition, owner);
  if (each?.type !== 'FOR_EACH') return true;
  const rows = taskOf(run, owner)?.rows;
  return rows?.kind !== 'items' || summaryOf(rows).busy < each.concurrency;
};
