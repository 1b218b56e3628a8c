/** What a Conductor switch compares, and what an INLINE task that only hands on a value holds. */
import type { Json, JsonObject } from '../lib/json.ts';
import type { Expressions } from './expressions.ts';
import type { ConductorTask } from './source.ts';

/** The switch's value. A script is not carried over: an input of the workflow stands in its place. */
export const decisionParamOf = (
  task: ConductorTask,
  input: JsonObject,
  context: Expressions,
): Json => {
  const script = task.caseExpression ?? null;
  const name = script === null ? (task.expression ?? task.caseValueParam ?? '') : '';
  const byValue = task.evaluatorType === undefined || task.evaluatorType === 'value-param';
  if (byValue && Object.hasOwn(input, name)) return input[name] ?? null;
  // A script that only names a parameter is no more than that.
  const bare = /^\$\.(\w+)$/u.exec((script ?? task.expression ?? '').trim())?.[1];
  if (bare !== undefined && Object.hasOwn(input, bare)) return input[bare] ?? null;
  const stand = `${context.names.get(task.taskReferenceName) ?? 'switch'}_case`;
  context.usedInputs.add(stand);
  context.notes.lost(
    task.taskReferenceName,
    `its script did not carry over; it goes by the input ${stand} now`,
    'write the value to decide by as decision_param, or give each case a condition',
  );
  return `\${workflow.input.${stand}}`;
};

/** The value an INLINE task hands on as its result, or undefined when a script computes it. */
export const inlineResultOf = (task: ConductorTask, input: JsonObject): Json | undefined => {
  const type = task.evaluatorType ?? input['evaluatorType'];
  const expression = task.expression ?? input['expression'];
  if (typeof expression !== 'string') return undefined;
  const name = type === 'value-param' ? expression : /^\$\.(\w+);?$/u.exec(expression.trim())?.[1];
  return name !== undefined && Object.hasOwn(input, name) ? input[name] : undefined;
};
