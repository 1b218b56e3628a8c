/** What a Conductor WAIT waits for. */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Notes } from './notes.ts';

/** `duration`, `until`, or a signal of the task's name where neither is given. */
export const waitOf = (
  input: JsonObject,
  id: string,
  reference: string,
  notes: Notes,
): JsonObject => {
  const { duration, until } = input;
  if (isGiven(duration)) {
    const read = readDuration(duration);
    if (read !== null) return { duration: read };
    notes.lost(
      reference,
      `the duration ${JSON.stringify(duration)} could not be read`,
      'write duration: such as 1h30m',
    );
  } else if (isGiven(until)) {
    const read = readInstant(until);
    if (read !== null) return { until: read };
    notes.lost(
      reference,
      `the time ${JSON.stringify(until)} could not be read`,
      'write until: such as 2026-01-31T09:00:00Z',
    );
  } else {
    notes.changed(reference, `it ends with the signal ${id}`, `workflow signal <run> ${id}`);
  }
  return { signal: id };
};

const isGiven = (value: Json | undefined): value is string | number =>
  (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';

/** `2 days 3 hours 4 minutes 5 seconds`, or `2d 3h`; a template stays. */
const readDuration = (value: string | number): string | number | null => {
  if (typeof value === 'number' || value.includes('${')) return value;
  const parts = [...value.matchAll(/(\d+)\s*(d|h|m|s)[a-z]*/giu)];
  const rest = value.replaceAll(/(\d+)\s*(d|h|m|s)[a-z]*/giu, '').trim();
  if (parts.length === 0 || rest !== '') return null;
  return parts.map(([, count, unit = '']) => `${count}${unit.toLowerCase()}`).join('');
};

/** `yyyy-MM-dd HH:mm z`, `yyyy-MM-dd HH:mm` or `yyyy-MM-dd`; a zone that is no offset is not guessed. */
const readInstant = (value: string | number): string | null => {
  if (typeof value === 'number') return null;
  if (value.includes('${')) return value;
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}:\d{2})(?::(\d{2}))?)?\s*(.*)$/u.exec(
    value.trim(),
  );
  if (parts === null) return null;
  const [, day = '', time = '00:00', second = '00', zone = ''] = parts;
  const offset = offsetOf(zone);
  return offset === null ? null : `${day}T${time.padStart(5, '0')}:${second}${offset}`;
};

const offsetOf = (zone: string): string | null => {
  if (zone === '' || /^(?:Z|UTC|GMT)$/iu.test(zone)) return 'Z';
  const parts = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$/iu.exec(zone);
  if (parts === null) return null;
  const [, sign = '+', hours = '0', minutes = '00'] = parts;
  return `${sign}${hours.padStart(2, '0')}:${minutes}`;
};
