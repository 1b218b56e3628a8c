/**
 * Conductor's tasks follow each other as they are listed; here they say what they depend on.
 * Owns that translation: a sequence of tasks becomes tasks with `depends_on`, and the ends that
 * whatever follows has to wait for.
 */
import type { Json, JsonObject } from '../lib/json.ts';
import { convertFields, convertValue, type Expressions } from './expressions.ts';
import { limitsOf, optional } from './limits.ts';
import { loopOf } from './loop.ts';
import { dynamicForkOf } from './dynamic-fork.ts';
import { decisionParamOf, inlineResultOf } from './switch.ts';
import type { ConductorTask } from './source.ts';
import { waitOf } from './wait.ts';

/** Tasks as they are written in a definition, and what the next task depends on. */
export interface Sequence {
  readonly tasks: readonly JsonObject[];
  /** Id of the first task, or null for an empty sequence. */
  readonly first: string | null;
  readonly ends: readonly string[];
}

/** Converts tasks that follow each other; the first depends on `before`. */
export const convertSequence = (
  list: readonly ConductorTask[],
  before: readonly string[],
  context: Expressions,
): Sequence => {
  const tasks: JsonObject[] = [];
  let first: string | null = null;
  let ends = before;
  for (const task of list) {
    const step = convertTask(task, ends, context);
    tasks.push(...step.tasks);
    first ??= step.first;
    ({ ends } = step);
  }
  return { tasks, first, ends };
};

const convertTask = (
  task: ConductorTask,
  before: readonly string[],
  context: Expressions,
): Sequence => {
  const delay = delayOf(task, before, context);
  const step = convertPlain(task, delay?.ends ?? before, context);
  if (delay === null) return step;
  return { ...step, tasks: [...delay.tasks, ...step.tasks], first: delay.first };
};

/** `startDelay` becomes a WAIT before the task. */
const delayOf = (
  task: ConductorTask,
  before: readonly string[],
  context: Expressions,
): Sequence | null => {
  if ((task.startDelay ?? 0) <= 0) return null;
  const id = `${idOf(task, context)}_delay`;
  const wait = { id, type: 'WAIT', ...dependsOn(before), duration: `${task.startDelay}s` };
  return { tasks: [wait], first: id, ends: [id] };
};

const convertPlain = (
  task: ConductorTask,
  before: readonly string[],
  context: Expressions,
): Sequence => {
  const { notes } = context;
  const id = idOf(task, context);
  const of = task.taskReferenceName;
  const input = convertFields(task.inputParameters ?? {}, of, context);
  const head: JsonObject = {
    id,
    ...(task.name === of || task.name === id ? {} : { name: task.name }),
    ...optional('description', task.description ?? null),
  };
  const tail: JsonObject = {
    ...dependsOn(before),
    ...(task.optional === true ? { on_failure: 'continue' } : {}),
  };
  const one = (fields: JsonObject): Sequence => ({
    tasks: [{ ...head, type: fields['type'] ?? 'SIMPLE', ...tail, ...fields }],
    first: id,
    ends: [id],
  });
  const agent = (name: string): Sequence =>
    one({ type: 'SIMPLE', assigned_to: name, ...limitsOf(task, notes), ...given('input', input) });

  switch (task.type) {
    case 'SIMPLE':
    case 'USER_DEFINED':
      return agent(agentName(task.name));
    case 'SWITCH':
    case 'DECISION':
      return convertSwitch(task, { ...head, ...tail }, input, context);
    case 'FORK_JOIN':
    case 'FORK':
      return convertFork(task, { ...head, ...tail }, context);
    case 'FORK_JOIN_DYNAMIC':
      return one(dynamicForkOf(task, input, notes));
    case 'JOIN':
    case 'EXCLUSIVE_JOIN': {
      const on = (task.joinOn ?? []).flatMap((name) => context.names.get(name) ?? []);
      const depends = on.length > 0 ? on : before;
      const mode = task.type === 'JOIN' ? {} : { mode: 'any' };
      return {
        tasks: [{ ...head, type: 'JOIN', ...mode, ...tail, ...dependsOn(depends) }],
        first: id,
        ends: [id],
      };
    }
    case 'DO_WHILE':
      return one(
        loopOf(task, input, convertSequence(task.loopOver ?? [], [], context).tasks, context),
      );
    case 'SUB_WORKFLOW': {
      const { name, version, workflowDefinition } = task.subWorkflowParam ?? {};
      if (workflowDefinition !== undefined && workflowDefinition !== null) {
        notes.lost(of, 'its workflow is written inside it', 'import that workflow by itself');
      }
      const workflow = convertValue(name ?? task.name, of, context);
      return one({
        type: 'SUB_WORKFLOW',
        workflow,
        ...optional('version', version ?? null),
        ...given('input', input),
      });
    }
    case 'WAIT':
      return one({ type: 'WAIT', ...waitOf(input, id, of, notes) });
    case 'HUMAN':
      notes.changed(
        of,
        'people answer it with APPROVE or REJECT',
        'write approval_options, approval_timeout and who_can_approve',
      );
      return one({ type: 'HUMAN', ...given('input', input) });
    case 'TERMINATE':
      return one({ type: 'TERMINATE', ...terminationOf(input) });
    case 'SET_VARIABLE':
      return one({ type: 'SET_VARIABLE', variables: input });
    case 'INLINE':
    case 'LAMBDA': {
      const result = inlineResultOf(task, input);
      if (result !== undefined) return one({ type: 'SET_VARIABLE', variables: { result } });
      notes.lost(
        of,
        'its script did not carry over',
        `let an agent called ${agentName(task.name)} do it`,
      );
      return agent(agentName(task.name));
    }
    default:
      notes.lost(
        of,
        `there is no task type ${task.type}`,
        `let an agent called ${agentName(task.type)} do it; it gets the same input`,
      );
      return agent(agentName(task.type));
  }
};

const convertSwitch = (
  task: ConductorTask,
  fields: JsonObject,
  input: JsonObject,
  context: Expressions,
): Sequence => {
  const id = idOf(task, context);
  const cases = Object.entries(task.decisionCases ?? {}).map(
    ([key, list]) => [key, convertSequence(list, [], context)] as const,
  );
  const otherwise = convertSequence(task.defaultCase ?? [], [], context);
  if (cases.length === 0)
    return convertFork({ ...task, forkTasks: [task.defaultCase ?? []] }, fields, context);
  const branches = [...cases.map(([, branch]) => branch), otherwise];
  const decision: JsonObject = {
    id,
    type: 'DECISION',
    ...fields,
    decision_param: decisionParamOf(task, input, context),
    decision_cases: Object.fromEntries(
      cases.map(([key, { first }]): [string, Json] => [key, { next_tasks: listOf(first) }]),
    ),
    default_case: listOf(otherwise.first),
  };
  // Where a branch has no task of its own, what follows hangs on the decision itself.
  const open = branches.some(({ first }) => first === null);
  return {
    tasks: [decision, ...branches.flatMap(({ tasks }) => tasks)],
    first: id,
    ends: [...branches.flatMap(({ ends }) => ends), ...(open ? [id] : [])],
  };
};

const convertFork = (task: ConductorTask, fields: JsonObject, context: Expressions): Sequence => {
  const id = idOf(task, context);
  const branches = (task.forkTasks ?? [])
    .map((list) => convertSequence(list, [], context))
    .filter(({ first }) => first !== null);
  if (branches.length === 0) {
    context.notes.changed(task.taskReferenceName, 'it has no branch and only marks its place');
    return {
      tasks: [{ id, type: 'SET_VARIABLE', ...fields, variables: { [id]: null } }],
      first: id,
      ends: [id],
    };
  }
  const fork: JsonObject = {
    id,
    type: 'FORK',
    ...fields,
    tasks: branches.flatMap(({ first }) => listOf(first)),
  };
  return {
    tasks: [fork, ...branches.flatMap(({ tasks }) => tasks)],
    first: id,
    ends: branches.flatMap(({ ends }) => ends),
  };
};

/** `terminationStatus` is COMPLETED, FAILED or TERMINATED. */
const terminationOf = (input: JsonObject): JsonObject => {
  const status = input['terminationStatus'];
  return {
    status: status === 'FAILED' ? 'FAILED' : status === 'TERMINATED' ? 'CANCELLED' : 'COMPLETED',
    ...optional('reason', input['terminationReason'] ?? null),
    ...optional('output', input['workflowOutput'] ?? null),
  };
};

const idOf = (task: ConductorTask, { names }: Expressions): string =>
  names.get(task.taskReferenceName) ?? task.taskReferenceName;

/** A legal agent name. */
const agentName = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9_-]+/gu, '_')
    .replace(/^[^A-Za-z0-9]+/u, '')
    .slice(0, 64) || 'AGENT';

const dependsOn = (ids: readonly string[]): JsonObject =>
  ids.length === 0 ? {} : { depends_on: [...new Set(ids)] };

const listOf = (id: string | null): string[] => (id === null ? [] : [id]);

const given = (key: string, fields: JsonObject): JsonObject =>
  Object.keys(fields).length === 0 ? {} : { [key]: fields };
