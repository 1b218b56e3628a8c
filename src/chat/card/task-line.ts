/** One task as a line of the card: icon and word, name, attempts, time, what it waits for. */
import { elapsed, silence } from './elapsed.ts';
import { cut } from '../../lib/cut.ts';
import { iconOfTask } from '../status-icons.ts';
import type { Inline, Line } from '../port.ts';
import type { TaskView } from '../../engine/view.types.ts';

/** The line of `task`. Tasks of a branch are indented; skipped ones are dim. */
export const taskLine = (task: TaskView, now: number): Line => {
  const icon = iconOfTask(task);
  const indent = '\u2003'.repeat(Math.min(task.depth, 4));
  const label = `${icon.icon} ${icon.word}`;
  const name = cut(nameOf(task), 60);
  if (task.status === 'SKIPPED') {
    return [{ type: 'dim', text: `${indent}${label} ${name}${because(task.reason)}` }];
  }
  const parts: Inline[] = [`${indent}${label} `, { type: 'strong', text: name }];
  for (const note of notesOf(task, now)) parts.push(' · ', ...note);
  return parts;
};

/** Items are told apart by their key, iterations by their number. */
const nameOf = ({ name, item_key: key, iteration }: TaskView): string => {
  if (key !== null) return `${name} ${key}`;
  return iteration === null ? name : `${name} #${iteration}`;
};

const notesOf = (task: TaskView, now: number): readonly Line[] => {
  const notes: Line[] = [];
  if (task.chosen_case !== null) notes.push([`→ ${cut(task.chosen_case, 40)}`]);
  if (task.attempts.length > 1) notes.push([`${task.attempts.length} tries`]);
  const doing = progressOf(task);
  if (doing !== null) notes.push([doing]);
  const time = timeOf(task);
  if (time !== null) notes.push(time);
  const waits = waitOf(task, now);
  if (waits !== null) notes.push(waits);
  if ((task.status === 'FAILED' || task.status === 'TIMED_OUT') && task.reason !== null) {
    notes.push([cut(task.reason, 120)]);
  }
  const warning = warningOf(task);
  if (warning !== null) notes.push([{ type: 'dim', text: warning }]);
  return notes;
};

const progressOf = (task: TaskView): string | null => {
  if (task.status !== 'IN_PROGRESS' || task.progress === null) return null;
  const { percent, message } = task.progress;
  return [percent === null ? '' : `${Math.round(percent)} %`, cut(message, 60)]
    .filter((part) => part !== '')
    .join(' ');
};

/** The last that its agent warned of, and how often it did. */
const warningOf = (task: TaskView): string | null => {
  const lines = task.attempts.at(-1)?.log?.lines ?? [];
  const warnings = lines.filter(({ level }) => level === 'warn' || level === 'error');
  const last = warnings.at(-1);
  if (last === undefined) return null;
  const more = warnings.length > 1 ? ` (and ${warnings.length - 1} more)` : '';
  return `! ${cut(last.message.replace(/\s+/gu, ' '), 60)}${more}`;
};

const timeOf = (task: TaskView): Line | null => {
  const last = task.attempts.at(-1);
  if (last === undefined) return null;
  if (last.ended_at !== null) {
    const first = task.attempts.find((row) => row.generation === last.generation) ?? last;
    return [elapsed(Date.parse(last.ended_at) - Date.parse(first.dispatched_at))];
  }
  return [{ type: 'time', at: Date.parse(last.dispatched_at), style: 'relative' }];
};

const waitOf = (task: TaskView, now: number): Line | null => {
  const waits = task.waiting_for;
  if (task.status === 'IN_PROGRESS') {
    const quiet = silence(now - lastSign(task));
    if (quiet !== null) return [{ type: 'dim', text: `no news for ${quiet}` }];
    return waits === null || waits.kind !== 'agent' || task.progress !== null
      ? null
      : [{ type: 'dim', text: cut(waits.detail, 60) }];
  }
  if (waits === null) return null;
  const what = { type: 'dim', text: cut(waits.detail, 60) } as const;
  return waits.until === null
    ? [what]
    : [what, ' ', { type: 'time', at: Date.parse(waits.until), style: 'relative' }];
};

/** When the attempt was last heard of. */
const lastSign = (task: TaskView): number => {
  const last = task.attempts.at(-1);
  return Math.max(
    ...[last?.dispatched_at, last?.claimed_at, task.progress?.at].map((iso) =>
      typeof iso === 'string' ? Date.parse(iso) : 0,
    ),
  );
};

const because = (reason: string | null): string =>
  reason === null || reason === '' ? '' : ` (${cut(reason, 60)})`;
