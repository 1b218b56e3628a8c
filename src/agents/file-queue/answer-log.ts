/**
 * What an agent said while it worked, in the header of its answer:
 * `log: [{level, message, at}]` and `log_dropped`, the number of lines that are left out.
 */
import type { AttemptLog, LogLine } from '../../engine/answers.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { isoTime } from '../../lib/sirius.ts';

/** Reads the log; whatever is missing or odd has its mildest meaning, and a text is an info line. */
export const readAnswerLog = (header: JsonObject): AttemptLog | null => {
  const { log, log_dropped: dropped } = header;
  if (!Array.isArray(log)) return null;
  const left = typeof dropped === 'number' && Number.isSafeInteger(dropped) ? dropped : 0;
  return { lines: log.flatMap(readLine), dropped: Math.max(0, left) };
};

/** The header's fields for `log`. */
export const writeAnswerLog = ({ lines, dropped }: AttemptLog): JsonObject => ({
  log: lines.map(({ level, message, at }) => ({
    level,
    message,
    ...(at === null ? {} : { at: isoTime(at) }),
  })),
  ...(dropped === 0 ? {} : { log_dropped: dropped }),
});

const readLine = (value: Json): readonly LogLine[] => {
  if (typeof value === 'string') return [{ level: 'info', message: value, at: null }];
  if (!isJsonObject(value) || typeof value['message'] !== 'string') return [];
  const { level, message, at } = value;
  const time = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return [{ level: readLevel(level), message, at: Number.isNaN(time) ? null : time }];
};

const readLevel = (level: Json | undefined): LogLine['level'] => {
  switch (level) {
    case 'debug':
    case 'error':
    case 'warn':
      return level;
    case 'warning':
      return 'warn';
    default:
      return 'info';
  }
};
