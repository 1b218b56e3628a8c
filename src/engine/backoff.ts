/** The retry rules of definitions: whether there is another attempt, and when. */
import type { TaskError } from './answers.ts';
import type { RetryPolicy } from './definition.ts';
import { never } from './never.ts';

/** Limits end attempts with these types; they need no listing in `retry_on_error_types`. */
const LIMITS: readonly string[] = ['TimeoutError', 'LeaseExpired', 'QueueTimeout'];

/** Whether the policy allows another attempt after `made` attempts in this generation. */
export const mayRetry = (policy: RetryPolicy, error: TaskError, made: number): boolean => {
  if (error.retryable === false) return false;
  if (policy.dontRetryOn.includes(error.type)) return false;
  if (
    policy.retryOn !== null &&
    !LIMITS.includes(error.type) &&
    !policy.retryOn.includes(error.type)
  )
    return false;
  return made < policy.maxAttempts;
};

/**
 * Delay in ms before the next attempt, after `retries` retries so far. The cap comes before
 * jitter; an agent's `retry_after` is a lower bound and may pass the cap.
 */
export const retryDelay = (
  policy: RetryPolicy,
  retries: number,
  fraction: number,
  retryAfter: number | null,
): number => {
  const capped = Math.min(grown(policy, retries), policy.maxDelay);
  return Math.round(Math.max(capped + jitter(policy, capped) * fraction, retryAfter ?? 0));
};

const grown = ({ backoff, initialDelay }: RetryPolicy, retries: number): number => {
  switch (backoff) {
    case 'fixed':
      return initialDelay;
    case 'linear':
      return initialDelay * (retries + 1);
    case 'exponential':
      // 0 × 2^k stays 0 where 2^k has become Infinity.
      return initialDelay === 0 ? 0 : initialDelay * 2 ** retries;
    default:
      return never(backoff);
  }
};

const jitter = ({ jitter: spread }: RetryPolicy, delay: number): number => {
  if (spread === null) return 0;
  return spread.kind === 'absolute' ? spread.value : spread.value * delay;
};
