/** What happens when a time limit passes. The message names the limit. */
import type {
  HumanTaskDefinition,
  SimpleTaskDefinition,
  SubWorkflowTaskDefinition,
  WaitTaskDefinition,
} from './definition.ts';
import type { Draft } from './draft.ts';
import { formatDuration } from '../../grammar/duration.ts';
import { cut } from '../lib/cut.ts';
import { endRun } from './end-run.ts';
import { failAttempt } from './fail-task.ts';
import { timeoutAlert } from './run-clock.ts';
import type { Attempt } from './state.ts';

/** Ends an attempt as TIMED_OUT; the retry policy decides what follows. */
export const endByLimit = (
  draft: Draft,
  task: SimpleTaskDefinition | HumanTaskDefinition | SubWorkflowTaskDefinition | WaitTaskDefinition,
  { attempt, agent, progress }: Attempt,
  type: 'TimeoutError' | 'LeaseExpired' | 'QueueTimeout',
  message: string,
): void =>
  failAttempt(draft, task, {
    attempt,
    status: 'TIMED_OUT',
    error: { type, message: message + lastSaid(progress), retryable: null, retryAfter: null },
    output: {},
    agent,
    answer: null,
  });

const lastSaid = (progress: Attempt['progress']): string => {
  if (progress === null) return '';
  const { percent, message } = progress;
  const words = [percent === null ? '' : `${percent} %`, cut(message, 200)].filter(
    (part) => part !== '',
  );
  return words.length === 0 ? '' : `; it last said: ${words.join(' ')}`;
};

/** The attempt's own time limit, or the task's `total_timeout`, whichever came first. */
export const deadlinePassed = (
  draft: Draft,
  task: SimpleTaskDefinition | SubWorkflowTaskDefinition | WaitTaskDefinition,
  attempt: Attempt,
): void => {
  const own = task.timeout === null ? null : attempt.dispatchedAt + task.timeout;
  const byOwn = own !== null && own === attempt.deadline;
  const limit = byOwn
    ? `${formatDuration(task.timeout ?? 0)} (timeout)`
    : `${formatDuration(task.retry.totalTimeout ?? 0)} over all attempts (total_timeout)`;
  endByLimit(draft, task, attempt, 'TimeoutError', `${missing(attempt)} within ${limit}`);
};

/** What did not come in time. */
const missing = ({ child, wait, agent }: Attempt): string => {
  if (child !== null) return `${child.workflow} ${child.run} did not end`;
  if (wait === null) return `no answer from ${agent ?? 'the agent'}`;
  return wait.signal === null ? 'the wait did not end' : `no signal ${wait.signal}`;
};

export const queueTimeoutPassed = (
  draft: Draft,
  task: SimpleTaskDefinition,
  attempt: Attempt,
): void => {
  const limit = `${formatDuration(task.queueTimeout ?? 0)} (queue_timeout)`;
  const who = attempt.agent ?? 'the agent';
  endByLimit(draft, task, attempt, 'QueueTimeout', `${who} did not claim it within ${limit}`);
};

/** The run's time limit: it ends TIMED_OUT, or an alert is raised once per generation. */
export const runTimeoutPassed = (draft: Draft): void => {
  const { timeout, timeoutPolicy } = draft.run.definition;
  const message = `the run did not end within ${formatDuration(timeout ?? 0)} (timeout)`;
  if (timeoutPolicy === 'ALERT_ONLY') {
    draft.emit({
      type: 'AlertRaised',
      key: timeoutAlert(draft.run),
      condition: 'timeout',
      action: 'alert_performance_issue',
      detail: message,
    });
    return;
  }
  const reason = `TimeoutError: ${message}`;
  endRun(draft, { status: 'TIMED_OUT', cause: 'timeout', task: null, reason, by: null });
};
