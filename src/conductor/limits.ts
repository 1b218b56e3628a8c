/** Retries and time limits of a Conductor task, on the task itself or in its task definition. */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Notes } from './notes.ts';
import type { ConductorTask, ConductorTaskDefinition } from './source.ts';

const BACKOFF: Readonly<Record<string, string>> = {
  FIXED: 'fixed',
  LINEAR_BACKOFF: 'linear',
  EXPONENTIAL_BACKOFF: 'exponential',
};

/** `timeout`, `heartbeat`, `queue_timeout` and `retry_policy` of the task, as far as they are written. */
export const limitsOf = (task: ConductorTask, notes: Notes): JsonObject => {
  const settings: ConductorTaskDefinition = { ...task.taskDefinition, ...written(task) };
  const of = task.taskReferenceName;
  if (Object.keys(settings).length === 0) {
    notes.changed(
      null,
      'retries and limits registered apart from the workflow are not in the file: tasks get one attempt and no time limit',
      'add retry_policy and timeout where tasks need them',
    );
  }
  if ((settings.concurrentExecLimit ?? 0) > 0 || (settings.rateLimitPerFrequency ?? 0) > 0) {
    notes.lost(
      of,
      'limits on how many run at once did not carry over',
      'write concurrency and rate of the agent into agents.yaml',
    );
  }
  if (settings.timeoutPolicy === 'ALERT_ONLY') {
    notes.lost(
      of,
      'timeoutPolicy ALERT_ONLY did not carry over: the time limit fails the attempt',
      'raise the timeout, or use monitoring.alerts',
    );
  }
  return {
    timeout: seconds(settings.timeoutSeconds) ?? 0,
    ...optional('heartbeat', seconds(settings.responseTimeoutSeconds)),
    ...optional('queue_timeout', seconds(settings.pollTimeoutSeconds)),
    ...optional('retry_policy', retryOf(settings)),
  };
};

const written = (task: ConductorTask): ConductorTaskDefinition => {
  const names = [
    'retryCount',
    'retryLogic',
    'retryDelaySeconds',
    'maxRetryDelaySeconds',
    'timeoutSeconds',
    'totalTimeoutSeconds',
    'responseTimeoutSeconds',
    'pollTimeoutSeconds',
    'timeoutPolicy',
    'concurrentExecLimit',
    'rateLimitPerFrequency',
  ] as const;
  return Object.fromEntries(
    names.flatMap((name) =>
      task[name] === undefined || task[name] === null ? [] : [[name, task[name]]],
    ),
  );
};

/** n retries are n + 1 attempts. The cap is set so that it never cuts a delay that Conductor would wait. */
const retryOf = (settings: ConductorTaskDefinition): JsonObject | null => {
  const retries = settings.retryCount ?? 0;
  const total = seconds(settings.totalTimeoutSeconds);
  const inTime = settings.timeoutPolicy === 'TIME_OUT_WF';
  if (retries <= 0 && total === null) return null;
  const backoff = BACKOFF[settings.retryLogic ?? 'FIXED'] ?? 'fixed';
  const delay = settings.retryDelaySeconds ?? 60;
  const factor =
    { fixed: 1, linear: retries, exponential: 2 ** Math.max(0, retries - 1) }[backoff] ?? 1;
  const longest = settings.maxRetryDelaySeconds ?? delay * factor;
  return {
    max_attempts: retries + 1,
    backoff_strategy: backoff,
    initial_delay: `${delay}s`,
    max_delay: `${Math.max(delay, longest)}s`,
    ...optional('total_timeout', total),
    ...(inTime ? { dont_retry_on: ['TimeoutError', 'LeaseExpired'] } : {}),
  };
};

const seconds = (value: number | null | undefined): string | null =>
  value === null || value === undefined || value <= 0 ? null : `${value}s`;

/** The key with its value, or nothing for null. */
export const optional = (key: string, value: Json): JsonObject =>
  value === null ? {} : { [key]: value };
