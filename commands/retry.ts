import { operatorCommand } from './operator.ts';

/** `retry <run>`. */
export const retry = operatorCommand({
  verb: 'retry',
  summary: 'runs what failed again, keeps what is done',
  candidate: (view) => RETRYABLE.has(view.status),
  done: 'is retried',
  already: 'is running already',
});

const RETRYABLE: ReadonlySet<string> = new Set(['FAILED', 'TIMED_OUT', 'CANCELLED']);
