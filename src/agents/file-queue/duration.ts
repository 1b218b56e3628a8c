/** Durations as queue files write them: `5s`, `1h30m`, a bare number of seconds. */
import { parseDuration } from '../../../grammar/duration.ts';

/** Milliseconds, or null when `value` is no duration. */
export const readDuration = (value: unknown): number | null =>
  typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;

/** Whole seconds, rounded up: agents written to the guide read `1500ms` as 1500 minutes. */
export const writeDuration = (ms: number): string => `${Math.ceil(ms / 1000)}s`;
