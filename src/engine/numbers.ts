import type { JsonObject } from '../lib/json.ts';
import { ownerOf, placeOf } from './plan.ts';
import { rowOf } from './rows.ts';
import type { RunState } from './state.ts';

/** Which item or iteration a row is; empty for a task at the top. */
export const numbersOf = (run: RunState, row: string): JsonObject => {
  const place = placeOf(run.definition, row);
  const number = place?.path.at(-1);
  const owner = place === null ? null : ownerOf(place);
  if (place === null || number === undefined || owner === null) return {};
  if (place.steps.at(-1)?.owner.type === 'DO_WHILE') return { iteration: number };
  const rows = rowOf(run, owner)?.rows;
  return { index: number, item_key: rows?.kind === 'items' ? (rows.keys[number] ?? null) : null };
};
