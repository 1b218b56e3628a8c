/** Values as they appear in cards and in lines to paste. */
import { cut } from '../../lib/cut.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Json } from '../../lib/json.ts';
import type { RunView } from '../../engine/view.types.ts';

/** A value in a few words, cut after `limit` characters (surrogate pairs stay whole). */
export const showValue = (value: Json, limit = 60): string =>
  cut(typeof value === 'string' ? value : JSON.stringify(value), limit);

/** A line that starts the run again: what was given, without the defaults. */
export const rerunLine = (prefix: string, view: RunView): string => {
  const given = Object.entries(view.input).filter(
    ([name, value]) => !view.defaulted.includes(name) && value !== null,
  );
  return [prefix, view.workflow.id, ...given.map(([name, value]) => argument(name, value))].join(
    ' ',
  );
};

/** The value named `name` in the run's output, else in a task's, last task first. */
export const findOutput = (view: RunView, name: string): Json => {
  const own = view.output?.[name];
  if (own !== undefined && own !== null) return own;
  for (const task of view.tasks.toReversed()) {
    const value = isJsonObject(task.output) ? task.output[name] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return null;
};

const argument = (name: string, value: Json): string => {
  if (typeof value !== 'string') return `${name}:=${JSON.stringify(value)}`;
  return /^[\w./\\:+-]+$/.test(value) && !value.startsWith('-')
    ? `${name}=${value}`
    : `${name}="${value.replace(/[\\"]/g, '\\$&')}"`;
};
