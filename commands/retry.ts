import { hasFlag, operatorCommand } from './operator.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** `retry <run>`. */
export const retry = operatorCommand({
  verb: 'retry',
  summary: 'runs what failed again, keeps what is done',
  takes: '[--fresh]',
  candidate: (view) => RETRYABLE.has(view.status),
  done: 'retried',
  already: 'is running already',
  flags: ['fresh'],
  make: (request, _view, used) => ({
    type: 'ask',
    command: { type: 'retry', fresh: hasFlag(request, 'fresh') },
    used,
  }),
});

const RETRYABLE: ReadonlySet<RunView['status']> = new Set(['FAILED', 'TIMED_OUT', 'CANCELLED']);
