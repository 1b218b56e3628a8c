/** A Conductor DO_WHILE: its members, how long it goes on, and how often at most. */
import type { JsonObject } from '../lib/json.ts';
import type { Expressions } from './expressions.ts';
import { conditionOf, type ReadPath } from './script.ts';
import type { ConductorTask } from './source.ts';

/** Iterations at most where the original names none. */
const MOST_ITERATIONS = 1000;

/** The fields of the loop over `members`. */
export const loopOf = (
  task: ConductorTask,
  input: JsonObject,
  members: readonly JsonObject[],
  context: Expressions,
): JsonObject => {
  const of = task.taskReferenceName;
  const condition = conditionOf(task.loopCondition ?? '', readerOf(task, input, context));
  if (condition === null) {
    context.notes.lost(
      of,
      `the condition ${JSON.stringify(task.loopCondition ?? '')} did not carry over: the loop runs once`,
      'write while: with a condition such as ${loop.iteration} < 3',
    );
  }
  context.notes.changed(
    of,
    `it ends with an error after ${MOST_ITERATIONS} iterations`,
    'set max_iterations to what is sensible',
  );
  return {
    type: 'DO_WHILE',
    tasks: members,
    while: condition ?? 'false',
    max_iterations: MOST_ITERATIONS,
  };
};

/** `$.loop['iteration']`, `$.member['output field']`, `$.parameter`. */
const readerOf =
  (task: ConductorTask, input: JsonObject, { names }: Expressions): ReadPath =>
  ([root = '', ...rest]) => {
    const id = names.get(root);
    if (root === task.taskReferenceName && id !== undefined) {
      return rest[0] === 'iteration' ? `\${${id}.iteration}` : null;
    }
    if (id !== undefined) {
      const fields = rest[0] === 'output' ? rest.slice(1) : rest;
      return `\${${id}.output${fields.map(step).join('')} ?? null}`;
    }
    const value = Object.hasOwn(input, root) ? input[root] : undefined;
    if (value === undefined || rest.length > 0) return null;
    if (typeof value === 'string')
      return /^\$\{[^{}]*\}$/u.test(value) ? value : JSON.stringify(value);
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
  };

const step = (key: string): string => {
  if (/^\d+$/u.test(key)) return `[${key}]`;
  return /^[A-Za-z_][\w-]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
};
