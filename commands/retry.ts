import { alone, operatorCommand } from './operator.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** `retry <run>`. */
export const retry = operatorCommand({
  verb: 'retry',
  summary: 'runs what failed again, keeps what is done',
  candidate: (view) => RETRYABLE.has(view.status),
  done: 'retried',
  already: 'is running already',
  make: alone('retry'),
});

const RETRYABLE: ReadonlySet<RunView['status']> = new Set(['FAILED', 'TIMED_OUT', 'CANCELLED']);
