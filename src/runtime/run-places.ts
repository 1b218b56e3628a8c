import type { WorkflowDefinition } from '../engine/definition.ts';
import type { RunPlace } from '../engine/events.ts';
import { resolve } from '../engine/expressions.ts';
import type { ArchivedRuns, ArchiveQuery } from '../journal/journal.ts';
import type { JsonObject } from '../lib/json.ts';

/** The limits a new run counts towards, or why they cannot be worked out. */
export type PlacesFor =
  | { readonly ok: true; readonly places: readonly RunPlace[] }
  | { readonly ok: false; readonly message: string };

/**
 * `concurrency` and `rate` of the definition: one group for all its runs, and one for those with
 * the same key. Child and failure runs count towards none: they belong to the run they serve.
 */
export const placesFor = (
  { id, concurrency, rate }: WorkflowDefinition,
  input: JsonObject,
): PlacesFor => {
  const places: RunPlace[] = [];
  const max = concurrency?.maxRuns ?? null;
  if (max !== null || rate !== null) places.push({ group: id, max, rate });
  if (concurrency === null || concurrency.key === null) return { ok: true, places };
  const key = resolve(concurrency.key, {
    lookup: (root) =>
      root === 'workflow'
        ? { found: true, value: { definition: id, input, variables: {} } }
        : { found: false },
  });
  if (!key.ok) return { ok: false, message: `concurrency.key of ${id}: ${key.error.message}` };
  const text = typeof key.value === 'string' ? key.value : JSON.stringify(key.value);
  return { ok: true, places: [...places, { group: `${id}: ${text}`, max: 1, rate: null }] };
};

/**
 * Archived runs that counted towards a rate, whose group is their definition, and were started after
 * `since` (ms); taken to have begun when they were.
 */
export const archivedIn = (
  group: string,
  since: number,
  archived: Pick<ArchivedRuns, 'newest'>,
): readonly { readonly run: string; readonly at: number }[] => {
  const found: { readonly run: string; readonly at: number }[] = [];
  const mayHold: NonNullable<ArchiveQuery['mayHold']> = ({ latest, workflows }) =>
    latest > since && (workflows?.includes(group) ?? true);
  for (const { run, workflow, parent, createdAt: at } of archived.newest({ mayHold })) {
    if (workflow === group && parent === null && at > since) found.push({ run, at });
  }
  return found;
};
