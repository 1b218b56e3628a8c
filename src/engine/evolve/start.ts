import type { RunEvent } from '../events.ts';
import type { RunId } from '../ids.ts';
import { pendingTask } from '../rows.ts';
import type { RunState } from '../state.ts';

/** The state a run begins with. */
export const startOf = (
  event: Extract<RunEvent, { type: 'RunStarted' }>,
  meta: { readonly run: RunId; readonly at: number },
): RunState => ({
  status: 'RUNNING',
  id: meta.run,
  handle: event.handle,
  definition: event.definition,
  sha256: event.sha256,
  input: event.input,
  defaulted: event.defaulted,
  startedBy: event.by,
  createdAt: meta.at,
  key: event.key,
  origin: event.origin,
  failureOf: event.failureOf,
  parent: event.parent ?? null,
  seal: event.seal ?? null,
  failureRun: null,
  compensation: null,
  notBefore: event.notBefore ?? null,
  places: event.places ?? [],
  needsPlace: (event.places ?? []).length > 0,
  generation: 1,
  generationStartedAt: meta.at,
  pausedAt: null,
  pausedBy: null,
  uncountedTime: 0,
  ended: null,
  tasks: Object.fromEntries(event.definition.tasks.map(({ id }) => [id, pendingTask(id, 1)])),
  variables: {},
  signals: {},
  answers: [],
  pendingEffects: {},
  checks: null,
  alerts: [],
  warnings: [],
  messages: {},
  eventCount: 1,
  updatedAt: meta.at,
});
