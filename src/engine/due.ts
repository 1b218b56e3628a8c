/** What a run's clocks will ask for, and when (I8: computed from the state, so timers survive anything). */
import type {
  HumanTaskDefinition,
  SimpleTaskDefinition,
  SubWorkflowTaskDefinition,
  TaskDefinition,
  WaitTaskDefinition,
} from './definition.ts';
import { openRows } from './row-summary.ts';
import { hasPlace } from './places.ts';
import { runDeadline } from './run-clock.ts';
import type { Attempt, RunState, TaskState } from './state.ts';
import { openAttempt, taskOf } from './tasks.ts';

export type Due = { readonly at: number } & (
  | {
      readonly kind: 'deadline';
      readonly task: SimpleTaskDefinition | SubWorkflowTaskDefinition | WaitTaskDefinition;
      readonly attempt: Attempt;
    }
  | {
      readonly kind: 'queue' | 'offer';
      readonly task: SimpleTaskDefinition;
      readonly attempt: Attempt;
    }
  | { readonly kind: 'wait'; readonly task: WaitTaskDefinition; readonly attempt: Attempt }
  | { readonly kind: 'approval'; readonly task: HumanTaskDefinition; readonly attempt: Attempt }
  | { readonly kind: 'retry'; readonly task: TaskDefinition }
  | { readonly kind: 'run' }
  /** A planned run's time. */
  | { readonly kind: 'begin' }
);

/** Everything that has a time, in no order. */
export const dueItems = (run: RunState): readonly Due[] => {
  if (run.ended !== null) return [];
  if (run.notBefore !== null) return [{ kind: 'begin', at: run.notBefore }];
  const items = openRows(run).flatMap(({ definition, state }) => dueOfTask(run, definition, state));
  const end = runDeadline(run);
  return end === null ? items : [...items, { kind: 'run', at: end }];
};

/** Whether an item computed earlier still stands. */
export const isDue = (run: RunState, item: Due): boolean => {
  if (run.ended !== null) return false;
  if (item.kind === 'run') return runDeadline(run) === item.at;
  if (item.kind === 'begin') return run.notBefore === item.at;
  const state = taskOf(run, item.task.id);
  return dueOfTask(run, item.task, state).some(
    ({ kind, at }) => kind === item.kind && at === item.at,
  );
};

const dueOfTask = (
  run: RunState,
  task: TaskDefinition,
  state: TaskState | null,
): readonly Due[] => {
  // While the run is paused, or no place is free for the item, a retry's time passes without
  // effect: nothing is dispatched.
  if (state?.status === 'RETRYING') {
    return run.status === 'RUNNING' && hasPlace(run, state.id)
      ? [{ kind: 'retry', task, at: state.dueAt }]
      : [];
  }
  const attempt = openAttempt(state);
  if (state === null || attempt === null) return [];
  if (task.type === 'SIMPLE' && state.status === 'IN_PROGRESS') return dueOfAttempt(task, attempt);
  if (task.type === 'SUB_WORKFLOW') {
    const { deadline: at } = attempt;
    return at === null ? [] : [{ kind: 'deadline', task, attempt, at }];
  }
  if (task.type === 'WAIT' && attempt.wait !== null) return dueOfWait(task, attempt);
  if (task.type !== 'HUMAN' || state.status !== 'PENDING_APPROVAL') return [];
  const { expiresAt } = state.approval;
  return expiresAt === null ? [] : [{ kind: 'approval', task, attempt, at: expiresAt }];
};

const dueOfWait = (task: WaitTaskDefinition, attempt: Attempt): readonly Due[] => {
  const until = attempt.wait?.until ?? null;
  return [
    ...(until === null ? [] : [{ kind: 'wait' as const, task, attempt, at: until }]),
    ...(attempt.deadline === null
      ? []
      : [{ kind: 'deadline' as const, task, attempt, at: attempt.deadline }]),
  ];
};

const dueOfAttempt = (task: SimpleTaskDefinition, attempt: Attempt): readonly Due[] => {
  const items: Due[] = [];
  if (attempt.deadline !== null) {
    items.push({ kind: 'deadline', task, attempt, at: attempt.deadline });
  }
  if (attempt.offerAt !== null) items.push({ kind: 'offer', task, attempt, at: attempt.offerAt });
  const unclaimed = attempt.offerAt === null && attempt.claimedAt === null;
  if (unclaimed && task.queueTimeout !== null && task.executor.kind === 'agent') {
    items.push({ kind: 'queue', task, attempt, at: attempt.offeredAt + task.queueTimeout });
  }
  return items;
};
