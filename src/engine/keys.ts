/** Idempotency keys (I3): run, then task, attempt or generation. */
import { rowOf } from './rows.ts';
import type { RunState } from './state.ts';

export const checksKey = (run: RunState): string => `checks:${run.id}:${run.generation}`;

export const failureKey = (run: RunState): string => `failure:${run.id}:${run.generation}`;

export const compensationKey = (run: RunState): string =>
  `compensation:${run.id}:${run.generation}`;

/** The `index`th file asked for when `task` ended in the generation it runs in. */
export const fileKey = (run: RunState, task: string, index: number): string =>
  `file:${run.id}:${task}:${rowOf(run, task)?.generation ?? run.generation}:${index}`;

export const offerKey = (run: RunState, task: string, attempt: number, lease: string): string =>
  `offer:${run.id}:${task}:${attempt}:${lease}`;

export const childKey = (run: RunState, task: string, attempt: number): string =>
  `child:${run.id}:${task}:${attempt}`;

export const callKey = (run: RunState, task: string, attempt: number, lease: string): string =>
  `call:${run.id}:${task}:${attempt}:${lease}`;
