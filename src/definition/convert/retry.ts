import { parseDuration } from '../../../grammar/duration.ts';
import type { RetryPolicy } from '../../engine/definition.ts';
import { limitOf, msOf } from '../written-parts.ts';
import type { WrittenRetry } from '../written-task-parts.ts';

/** `retry_policy:` with its defaults: one attempt, 1 s, at most 60 s. */
export const convertRetry = (written: WrittenRetry | null | undefined): RetryPolicy => {
  const initialDelay = msOf(written?.initial_delay) ?? 1000;
  return {
    maxAttempts: written?.max_attempts ?? 1,
    backoff: written?.backoff_strategy ?? written?.backoff ?? 'fixed',
    initialDelay,
    maxDelay: msOf(written?.max_delay) ?? Math.max(60_000, initialDelay),
    jitter: convertJitter(written?.jitter),
    retryOn: written?.retry_on_error_types ?? null,
    dontRetryOn: written?.dont_retry_on ?? [],
    totalTimeout: limitOf(written?.total_timeout),
  };
};

/** A number up to 1 is a fraction of the delay; a larger one is seconds, like any bare duration. */
const convertJitter = (written: string | number | null | undefined): RetryPolicy['jitter'] => {
  if (written === null || written === undefined || written === 0) return null;
  if (typeof written === 'number' && written <= 1) return { kind: 'fraction', value: written };
  const value = parseDuration(written);
  return value === null ? null : { kind: 'absolute', value };
};
