/** A new run's place among others, as the definition's `concurrency` and `rate` say. */
import type { Rejection } from '../engine/commands.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import type { RunPlace } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import type { StartRequest } from './engine.ts';
import type { RunGate } from './run-gate.ts';
import { placesFor } from './run-places.ts';

export interface PlaceTaking {
  readonly gate: Pick<RunGate, 'reserve' | 'abandon' | 'inGroup'>;
  /** Cancels an open run because another takes its place; a run that has ended is left alone. */
  readonly cancel: (run: RunId, note: string) => Promise<void>;
}

/** The limits the run counts towards, after the definition's `on_conflict` was followed. */
export const takePlaces = async (
  run: RunId,
  definition: WorkflowDefinition,
  input: JsonObject,
  { serial, notBefore }: StartRequest,
  { gate, cancel }: PlaceTaking,
): Promise<readonly RunPlace[] | Rejection> => {
  const found = placesFor(definition, input);
  if (!found.ok) return refusedPlace('CONCURRENCY_KEY', found.message, 'Give the input it names');
  const { places } = found;
  const conflict = definition.concurrency?.onConflict ?? 'queue';
  if (conflict === 'reject' && notBefore === undefined && !gate.reserve(run, places)) {
    const groups = places.map(({ group }) => group).join(' or ');
    const message = `${definition.id} was not started: another run holds the place of ${groups}`;
    return refusedPlace('NO_PLACE', message, 'status shows what runs; start it again after that');
  }
  if (conflict === 'cancel_running') {
    for (const other of places.flatMap(({ group }) => gate.inGroup(group))) {
      await cancel(other, `a newer run of ${definition.id} takes its place`);
    }
  }
  return serial === undefined ? places : [...places, { group: serial, max: 1, rate: null }];
};

const refusedPlace = (code: string, message: string, hint: string): Rejection => ({
  type: 'rejected',
  kind: 'refused',
  code,
  message,
  hint,
});
