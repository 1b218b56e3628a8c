/** Compares what a case came to with what it expects. Every difference is one sentence. */
import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import type { EventType, RecordedEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';
import type { Json } from '../lib/json.ts';
import type { TestCase } from './case-file.ts';
import type { Played } from './run-case.ts';

type Expected = TestCase['expect'];

/** What differs; nothing when the case holds. */
export const judge = (played: Played, expected: Expected): readonly string[] => {
  if (played.type === 'refused') return judgeRefusal(played.reason, expected);
  const { run } = played;
  return [
    ...judgeStatus(run.status, run.reason, expected),
    ...Object.entries(expected.tasks).flatMap(([id, status]) => judgeTask(run, id, status)),
    ...Object.entries(expected.output).flatMap(([name, value]) =>
      differs(`output.${name}`, run.output?.[name] ?? null, value),
    ),
    ...judgeFiles(played.files, expected.files),
    ...expected.order.flatMap(([first, second]) => judgeOrder(played.events, first, second)),
    ...(expected.failure_run === undefined
      ? []
      : differs('failure_run', played.failureRun, expected.failure_run)),
  ];
};

const judgeRefusal = (reason: string, expected: Expected): readonly string[] =>
  expected.status === 'REFUSED'
    ? judgeReason(reason, expected)
    : [`the start was refused: ${reason}`];

const judgeStatus = (
  status: string,
  reason: string | null,
  expected: Expected,
): readonly string[] => {
  const because = reason === null ? '' : ` (${reason})`;
  const wrong = expected.status !== undefined && expected.status !== status;
  return [
    ...(wrong ? [`status is ${status}${because}, expected ${expected.status}`] : []),
    ...judgeReason(reason, expected),
  ];
};

const judgeReason = (reason: string | null, expected: Expected): readonly string[] => {
  const wanted = expected.reason;
  if (wanted === undefined || (wanted === null && reason === null)) return [];
  if (wanted !== null && reason?.includes(wanted) === true) return [];
  return [`reason is ${shown(reason)}, expected ${shown(wanted)}`];
};

const judgeTask = (
  run: RunView,
  id: string,
  expected: string | readonly string[],
): readonly string[] => {
  const row = run.tasks.find((task) => task.id === id);
  if (row === undefined) return [`tasks.${id}: the run has no such task`];
  if (typeof expected === 'string') {
    if (row.status === expected) return [];
    const because = row.reason === null ? '' : ` (${row.reason})`;
    return [`tasks.${id} is ${row.status}${because}, expected ${expected}`];
  }
  const attempts = row.attempts.map(({ status }) => status);
  return isDeepStrictEqual(attempts, [...expected])
    ? []
    : [`tasks.${id} has attempts [${attempts.join(', ')}], expected [${expected.join(', ')}]`];
};

const judgeFiles = (
  files: ReadonlyMap<string, string>,
  expected: Expected['files'],
): readonly string[] => {
  const written = `; written were ${files.size === 0 ? 'none' : [...files.keys()].join(', ')}`;
  const entries = Array.isArray(expected)
    ? expected.map((path) => [path, undefined] as const)
    : Object.entries(expected);
  return entries.flatMap(([path, content]) => {
    const text = files.get(path);
    if (text === undefined) return [`files: ${path} was not written${written}`];
    if (content === undefined || content === null) return [];
    if (typeof content === 'string') {
      return text.includes(content) ? [] : [`files: ${path} does not hold ${shown(content)}`];
    }
    return contains(load(text), content)
      ? []
      : [`files: ${path} holds ${text.trim()}, expected ${shown(content)}`];
  });
};

/** By place in the history: on a virtual clock many things happen at one instant. */
const judgeOrder = (
  events: readonly RecordedEvent[],
  first: string,
  second: string,
): readonly string[] => {
  const of = (task: string) => events.filter(({ event }) => 'task' in event && event.task === task);
  const ended = of(first).findLast(({ event }) => ENDINGS.has(event.type));
  const [begun] = of(second).filter(({ event }) => event.type !== 'TaskQueued');
  if (ended === undefined) return [`order: ${first} did not end`];
  if (begun === undefined) return [`order: ${second} never began`];
  const before = ended.seq < begun.seq || (ended.seq === begun.seq && ended.index < begun.index);
  return before ? [] : [`order: ${second} began before ${first} had ended`];
};

const ENDINGS: ReadonlySet<EventType> = new Set<EventType>([
  'TaskCompleted',
  'TaskCompletedWithErrors',
  'TaskFailed',
  'TaskSkipped',
  'TaskCancelled',
]);

const differs = (what: string, is: Json, wanted: Json): readonly string[] =>
  contains(is, wanted) ? [] : [`${what} is ${shown(is)}, expected ${shown(wanted)}`];

/** Maps may hold more than is expected; everything else is compared whole. */
const contains = (is: unknown, wanted: Json): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return is === wanted;
  if (Array.isArray(wanted)) {
    return (
      Array.isArray(is) &&
      is.length === wanted.length &&
      wanted.every((value, index) => contains(is[index], value))
    );
  }
  if (typeof is !== 'object' || is === null || Array.isArray(is)) return false;
  const held = new Map<string, unknown>(Object.entries(is));
  return Object.entries(wanted).every(
    ([key, value]) => held.has(key) && contains(held.get(key), value),
  );
};

const shown = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
