import { parseDuration } from '../../grammar/duration.ts';
import { parseInstant } from '../lib/instant.ts';

/**
 * When a run is to begin, as a person writes it: an ISO-8601 time (UTC without a zone) or a
 * duration from `now`. ms since the epoch, or null for what is neither.
 */
export const parseStartTime = (text: string, now: number): number | null => {
  const instant = parseInstant(text);
  if (instant !== null) return instant;
  const duration = /[a-z]/iu.test(text) ? parseDuration(text) : null;
  return duration === null ? null : now + duration;
};
