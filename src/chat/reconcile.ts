/**
 * What messages a run should have: one pure function of its view and the time. After a change
 * and after a restart the same list is made, and what is not there yet is posted; so recovery
 * is the normal path (I2).
 */
import { parseOrigin } from './message-ref.ts';
import { hasEnded } from './status-icons.ts';
import type { ChatOrigin } from './message-ref.ts';
import type { AttemptView, RunView, TaskView } from '../engine/view.types.ts';

/** A message that should exist. `key` is its name in the run's journal. */
export type Wanted =
  | { readonly type: 'card'; readonly key: 'card'; readonly origin: ChatOrigin }
  | {
      readonly type: 'approval';
      readonly key: string;
      readonly task: TaskView;
      readonly attempt: AttemptView;
      /** False once it is decided: then it is edited where it is, never posted. */
      readonly open: boolean;
    }
  | { readonly type: 'reminder'; readonly key: string; readonly task: TaskView }
  | { readonly type: 'final'; readonly key: string; readonly origin: ChatOrigin }
  | { readonly type: 'notice'; readonly key: string }
  | { readonly type: 'alert'; readonly key: string; readonly alert: RunView['alerts'][number] };

export interface Reconciled {
  readonly wanted: readonly Wanted[];
  /** When the list changes by time alone (ms since the epoch), or null. */
  readonly next: number | null;
}

/** The messages that run `view` should have at `now` (ms). */
export const reconcile = (view: RunView, now: number): Reconciled => {
  const origin = parseOrigin(view.origin);
  const ended = hasEnded(view);
  const suffix = view.generation > 1 ? `:${view.generation}` : '';
  const byItself = view.parent === null && view.failure_of === null;
  const approvals = view.tasks
    .filter((task) => task.type === 'HUMAN')
    .map((task) => ofHuman(task, now));
  const wanted: Wanted[] = [];
  if (origin !== null && byItself) wanted.push({ type: 'card', key: 'card', origin });
  wanted.push(...approvals.flatMap((one) => one.wanted));
  for (const alert of view.alerts) wanted.push({ type: 'alert', key: `alert:${alert.key}`, alert });
  if (ended && origin !== null && byItself) {
    wanted.push({ type: 'final', key: `final${suffix}`, origin });
  }
  if (isFailure(view) && byItself) wanted.push({ type: 'notice', key: `notice${suffix}` });
  const times = approvals.map((one) => one.next).filter((time) => time !== null);
  return { wanted, next: times.length === 0 ? null : Math.min(...times) };
};

/** Ended in a way that the team is told of. */
export const isFailure = (view: Pick<RunView, 'status'>): boolean => FAILURES.has(view.status);

const FAILURES: ReadonlySet<RunView['status']> = new Set(['FAILED', 'TIMED_OUT', 'QUARANTINED']);

/** Messages of one HUMAN task: a question per attempt, and the reminder that is due. */
const ofHuman = (task: TaskView, now: number): Reconciled => {
  const last = task.attempts.at(-1);
  const wanted: Wanted[] = task.attempts.map((attempt) => ({
    type: 'approval',
    key: `approval:${task.id}:${attempt.attempt}`,
    task,
    attempt,
    open: attempt === last && task.approval !== null && task.status === 'PENDING_APPROVAL',
  }));
  if (last === undefined || task.approval === null) return { wanted, next: null };
  // Only the latest that is due: after a pause nobody gets them all at once.
  const times = task.approval.reminders.map((time) => Date.parse(time));
  const due = times.filter((time) => time <= now).length;
  const key = `reminder:${task.id}:${last.attempt}:${due}`;
  if (due > 0) wanted.push({ type: 'reminder', key, task });
  return { wanted, next: times[due] ?? null };
};
