/**
 * How a state looks, the same on every face: an icon, a word and a tone, never colour alone.
 * Owns the table; what the states mean is the engine's.
 */
import type { RunLine, RunView, TaskView } from '../engine/view.types.ts';
import type { RunStatus, TaskStatus } from '../engine/state.ts';

/** One row of the table. */
export interface StatusIcon {
  readonly icon: string;
  /** For terminals without Unicode; one column wide. */
  readonly ascii: string;
  readonly word: string;
  readonly tone: Tone;
}

export type Tone = 'running' | 'waiting' | 'ok' | 'warning' | 'failed' | 'neutral';

/** The table of icons. */
export const statusIcons = {
  queued: { icon: '○', ascii: 'o', word: 'queued', tone: 'neutral' },
  running: { icon: '◐', ascii: '*', word: 'running', tone: 'running' },
  retrying: { icon: '↻', ascii: '~', word: 'retrying', tone: 'warning' },
  waiting: { icon: '⏸', ascii: '?', word: 'waiting for you', tone: 'waiting' },
  paused: { icon: '⏸', ascii: '=', word: 'paused', tone: 'waiting' },
  done: { icon: '✓', ascii: '+', word: 'done', tone: 'ok' },
  doneWithErrors: { icon: '✓', ascii: '+', word: 'done with errors', tone: 'warning' },
  failed: { icon: '✗', ascii: 'x', word: 'failed', tone: 'failed' },
  timedOut: { icon: '✗', ascii: 'x', word: 'timed out', tone: 'failed' },
  skipped: { icon: '⊘', ascii: '-', word: 'skipped', tone: 'neutral' },
  cancelled: { icon: '■', ascii: '#', word: 'cancelled', tone: 'neutral' },
  stuck: { icon: '!', ascii: '!', word: 'stuck', tone: 'failed' },
} as const satisfies Record<string, StatusIcon>;

/** How a task looks. */
export const iconOfTask = (task: Pick<TaskView, 'status'>): StatusIcon => TASKS[task.status];

/** How a run looks; one that only people can move on says so. */
export const iconOfRun = (
  run: Pick<RunView, 'status'> & { readonly waiting_for?: RunView['waiting_for'] },
): StatusIcon =>
  run.status === 'RUNNING' && run.waiting_for === 'person' ? statusIcons.waiting : RUNS[run.status];

/** True when a run will not go on by itself any more. */
export const hasEnded = (run: Pick<RunView | RunLine, 'status'>): boolean =>
  run.status !== 'RUNNING' && run.status !== 'PAUSED';

const TASKS = {
  PENDING: statusIcons.queued,
  IN_PROGRESS: statusIcons.running,
  PENDING_APPROVAL: statusIcons.waiting,
  RETRYING: statusIcons.retrying,
  COMPLETED: statusIcons.done,
  COMPLETED_WITH_ERRORS: statusIcons.doneWithErrors,
  FAILED: statusIcons.failed,
  TIMED_OUT: statusIcons.timedOut,
  CANCELLED: statusIcons.cancelled,
  SKIPPED: statusIcons.skipped,
} as const satisfies Record<TaskStatus, StatusIcon>;

const RUNS = {
  RUNNING: statusIcons.running,
  PAUSED: statusIcons.paused,
  COMPLETED: statusIcons.done,
  FAILED: statusIcons.failed,
  TIMED_OUT: statusIcons.timedOut,
  CANCELLED: statusIcons.cancelled,
  QUARANTINED: statusIcons.stuck,
} as const satisfies Record<RunStatus, StatusIcon>;
