import type { AgentAnswer } from '../agents/queue.ts';
import { parseDuration } from '../../grammar/duration.ts';
import type { TestAnswer } from './test-engine.types.ts';

/** A test's answer as the queue carries it. */
export const resultOf = (answer: TestAnswer): AgentAnswer['result'] => {
  if ('complete' in answer) return { type: 'success', output: answer.complete };
  if ('defer' in answer) return { type: 'deferred', after: msOf(answer.defer) ?? 0 };
  const { type, message, retryable, retry_after: after, output } = answer.fail;
  return {
    type: 'failure',
    error: {
      type: type ?? 'AgentError',
      message: message ?? 'failed',
      retryable: retryable ?? null,
      retryAfter: msOf(after ?? null),
    },
    output: output ?? {},
  };
};

const msOf = (value: number | string | null): number | null =>
  typeof value === 'string' ? parseDuration(value) : value;
