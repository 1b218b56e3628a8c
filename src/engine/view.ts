/**
 * A run as every face shows it, so that they cannot disagree. Owns what is shown and what is
 * masked; faces own the form. I8: computed from the state at every look.
 */
import type { JsonObject } from '../lib/json.ts';
import { isoTime, siriusTime } from '../lib/sirius.ts';
import { maskOf } from './mask.ts';
import { outputsNamed } from './metrics.ts';
import { waitsForPeople } from './run-clock.ts';
import { allRows, remembered } from './row-summary.ts';
import type { RunState, TaskState } from './state.ts';
import { taskView } from './task-view.ts';
import { isTerminal } from './tasks.ts';
import type { RunLine, RunView } from './view.types.ts';

/** The view of a run after `version` records. */
export const viewOf = (state: RunState, meta: { readonly version: number }): RunView => {
  const mask = maskOf(state);
  const { definition, ended } = state;
  return {
    schema: 'run/1',
    run: state.id,
    handle: state.handle,
    workflow: { id: definition.id, version: definition.version, sha256: state.sha256 },
    status: state.status,
    reason: ended === null || ended.reason === null ? null : mask.text(ended.reason),
    waiting_for: waitsForPeople(state) ? 'person' : null,
    generation: state.generation,
    started_by: state.startedBy.name,
    requester: state.startedBy.id,
    created_at: isoTime(state.createdAt),
    ended_at: ended === null ? null : isoTime(ended.at),
    updated_at: isoTime(state.updatedAt),
    sirius_time: siriusTime(state.createdAt),
    input: mask.input(state.input),
    defaulted: state.defaulted,
    output: ended === null ? null : maskFields(ended.output, mask.value),
    variables: maskFields(state.variables, mask.value),
    progress: progressOf(state),
    parent: state.parent === null ? null : { run: state.parent.run, task: state.parent.task },
    children: childrenOf(state),
    failure_run: state.failureRun,
    compensation: compensationView(state, mask.text),
    failure_of: state.failureOf,
    receipt: receiptOf(state),
    tasks: allRows(state).map((row) => taskView(state, row, mask)),
    alerts: state.alerts.map((alert) => ({ ...alert, at: isoTime(alert.at) })),
    warnings: state.warnings.map(({ task, message, at }) => ({
      task,
      message: mask.text(message),
      at: isoTime(at),
    })),
    origin: state.origin,
    messages: state.messages,
    version: meta.version,
  };
};

/** The run in a list. */
export const runLine = (view: RunView): RunLine => ({
  run: view.run,
  handle: view.handle,
  workflow: view.workflow.id,
  status: view.status,
  reason: view.reason,
  progress: view.progress,
  created_at: view.created_at,
  ended_at: view.ended_at,
  started_by: view.started_by,
});

const maskFields = (fields: JsonObject, mask: (value: JsonObject[string]) => JsonObject[string]) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mask(value)]));

const compensationView = (
  { compensation }: RunState,
  text: (source: string) => string,
): RunView['compensation'] => {
  if (compensation === null) return null;
  const { run, tasks, outcome } = compensation;
  const error = outcome?.error ?? null;
  const status = outcome === null ? 'RUNNING' : outcome.ok ? 'COMPLETED' : 'FAILED';
  return { run, tasks, status, error: error === null ? null : text(error) };
};

const childrenOf = (state: RunState): readonly string[] => [
  ...new Set(Object.values(state.tasks).flatMap(childrenIn)),
];

const childrenIn = ({ attempts, rows }: TaskState): readonly string[] => {
  const own = attempts.flatMap(({ child }) => (child === null ? [] : [child.run]));
  if (rows === null) return own;
  const inside =
    rows.kind === 'items'
      ? rows.list.map((chunk) => itemsChildren(chunk, null))
      : rows.list.map((chunk) => iterationsChildren(chunk, null));
  return [...own, ...inside.flat()];
};

const itemsChildren = remembered((chunk: readonly TaskState[]) => chunk.flatMap(childrenIn));

const iterationsChildren = remembered((chunk: readonly Readonly<Record<string, TaskState>>[]) =>
  chunk.flatMap((members) => Object.values(members).flatMap(childrenIn)),
);

/** Skipped and cancelled tasks are done too: nothing is to be expected of them. */
const progressOf = (state: RunState): RunView['progress'] => {
  return sum(Object.values(state.tasks).map(progressIn));
};

const progressIn = (task: TaskState): RunView['progress'] => {
  const own = { done: isTerminal(task) ? 1 : 0, total: 1 };
  if (task.rows === null) return own;
  const inside =
    task.rows.kind === 'items'
      ? task.rows.list.map((chunk) => itemsProgress(chunk, null))
      : task.rows.list.map((chunk) => iterationsProgress(chunk, null));
  return sum([own, ...inside]);
};

const itemsProgress = remembered((chunk: readonly TaskState[]) => sum(chunk.map(progressIn)));

const iterationsProgress = remembered((chunk: readonly Readonly<Record<string, TaskState>>[]) =>
  sum(chunk.flatMap((members) => Object.values(members).map(progressIn))),
);

const sum = (parts: readonly RunView['progress'][]): RunView['progress'] => {
  let [done, total] = [0, 0];
  for (const part of parts) {
    done += part.done;
    total += part.total;
  }
  return { done, total };
};

/** The `receipt` that the last task to write one named. */
const receiptOf = (state: RunState): string | null => {
  const receipts = outputsNamed(state, 'receipt');
  return receipts.find((value) => typeof value === 'string') ?? null;
};
