/**
 * Random definitions as people write them. A task type is one entry of `MAKERS`; what the loader
 * does not take is drawn again, so a type may stand here before the engine has it.
 */
import { dump } from 'js-yaml';
import { loadDefinition } from '../../src/definition/load.ts';
import type { Random } from '../support/random.ts';

/** What a task is made of: its place among the others, and chance. */
interface Place {
  readonly id: string;
  /** Tasks before it that it may depend on, and those after it that it may name. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly random: Random;
}

type Written = Readonly<Record<string, unknown>>;

/** Agents of the simulated station: two hosted ones and one written to the user's guide. */
export const AGENTS = { hosted: ['EVEN', 'ODD'], guide: 'GUIDE' } as const;

const MAKERS: Readonly<Record<string, (place: Place) => Written>> = {
  SIMPLE: ({ random }) => ({
    assigned_to: random.pick([...AGENTS.hosted, ...AGENTS.hosted, AGENTS.guide]),
    timeout: random.pick(['5s', '20s', '40s']),
    input: {
      text: '${workflow.input.text}',
      ...(random.chance(0.1) ? { big: BIG } : {}),
      ...(random.chance(0.2) ? { token: '${secret.TOKEN}' } : {}),
    },
    ...(random.chance(0.1) ? { concurrency_key: random.pick(['gpu', 'api']) } : {}),
    ...(random.chance(0.35)
      ? { compensate: { assigned_to: random.pick(AGENTS.hosted), timeout: '20s' } }
      : {}),
    ...(random.chance(0.15) ? { heartbeat: '6s' } : {}),
    ...(random.chance(0.1) ? { queue_timeout: '15s' } : {}),
    ...(random.chance(0.2) ? { output_to: 'out/${workflow.id}.yaml' } : {}),
  }),
  FUNCTION: () => ({ type: 'SIMPLE', function: 'echo', input: { v: 'yes' } }),
  DECISION: ({ before, after, random }) => ({
    type: 'DECISION',
    decision_param: before[0] === undefined ? 'yes' : `\${${before[0]}.output.v ?? "no"}`,
    decision_cases: { yes: { next_tasks: after.slice(0, 1) } },
    ...(random.chance(0.5) ? { default_case: { next_tasks: after.slice(1, 2) } } : {}),
  }),
  HUMAN: ({ random, before, after }) => ({
    type: 'HUMAN',
    ...(random.chance(0.4) ? { quorum: 2 } : {}),
    ...(random.chance(0.2) && before[0] !== undefined
      ? { approval_options: { APPROVE: {}, REVISE: { back_to: before[0] }, REJECT: {} } }
      : {}),
    ...(random.chance(0.2) ? { reminders: ['5s'] } : {}),
    ...(random.chance(0.7) ? { approval_timeout: random.pick(['20s', '90s']) } : {}),
    on_timeout: {
      action: random.pick(['FAIL', 'CONTINUE', 'CANCEL', 'APPROVE', 'ESCALATE']),
      ...(random.chance(0.5) && after[0] !== undefined ? { next_task: after[0] } : {}),
    },
  }),
  FORK: ({ after }) => ({ type: 'FORK', tasks: after.slice(0, 3) }),
  JOIN: ({ random }) => ({ type: 'JOIN', mode: random.pick(['all', 'all', 'any', 1]) }),
  WAIT: ({ random }) => ({
    type: 'WAIT',
    ...(random.chance(0.7) ? { duration: '7s' } : { signal: 'go', timeout: '30s' }),
  }),
  SET_VARIABLE: () => ({ type: 'SET_VARIABLE', variables: { seen: '${workflow.input.text}' } }),
  TERMINATE: ({ random }) => ({
    type: 'TERMINATE',
    status: random.pick(['COMPLETED', 'FAILED', 'CANCELLED']),
    reason: 'as it was written',
  }),
  FOR_EACH: ({ id, random }) => ({
    type: 'FOR_EACH',
    items: '${workflow.input.items}',
    concurrency: random.pick([1, 2, 3]),
    task: {
      id: `${id}_item`,
      assigned_to: random.pick(AGENTS.hosted),
      timeout: '20s',
      input: { item: '${item}' },
      on_failure: random.pick(['fail', 'continue']),
    },
  }),
  DO_WHILE: ({ id, random }) => ({
    type: 'DO_WHILE',
    tasks: [
      {
        id: `${id}_turn`,
        assigned_to: random.pick(AGENTS.hosted),
        timeout: '20s',
      },
    ],
    while: `\${${id}.iteration} < 3`,
    max_iterations: 5,
  }),
  SUB_WORKFLOW: ({ random }) => ({
    type: 'SUB_WORKFLOW',
    workflow: 'child',
    input: { text: 'from above' },
    ...(random.chance(0.3) ? { timeout: '15s' } : {}),
  }),
  CHILDREN: ({ random }) => ({
    type: 'FOR_EACH',
    items: '${workflow.input.items}',
    concurrency: random.pick([1, 2]),
    workflow: 'child',
    input: { text: '${item}' },
    on_failure: random.pick(['fail', 'continue']),
  }),
};

const BIG = 'x'.repeat(70_000);

/** A failure workflow of the bridge's own functions. */
const INCIDENT = {
  id: 'incident',
  description: 'Says what went wrong',
  steps: ['generate_incident'],
};

/** Task types that the loader takes today. */
export const taskTypes = (random: Random): readonly string[] =>
  Object.keys(MAKERS).filter((type) => {
    const first = { id: 'first', function: 'echo' };
    const place: Place = { id: 't', before: ['first'], after: ['last', 'other'], random };
    const last = ['last', 'other'].map((id) => ({ id, function: 'echo', depends_on: 't' }));
    const task = { id: 't', depends_on: 'first', ...MAKERS[type]?.(place) };
    return isValid(textOf('probe', [first, task, ...last], {}));
  });

/** A definition called `id` that can be started with `text`. */
export const randomDefinition = (
  id: string,
  types: readonly string[],
  random: Random,
  version = 1,
): string => {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = draw(id, types, random, version);
    if (isValid(text)) return text;
  }
  return textOf(id, [{ id: 'only', function: 'echo' }], { version });
};

/** Definitions that are always there: a child, and what runs after a failure. */
export const FIXED: Readonly<Record<string, string>> = {
  child: dumped({
    id: 'child',
    name: 'Child',
    version: 1,
    input: { optional: [{ text: 'none' }] },
    tasks: [
      { id: 'work', assigned_to: 'EVEN', timeout: '20s' },
      { id: 'more', function: 'echo', depends_on: 'work' },
    ],
  }),
  rescue: dumped({
    id: 'rescue',
    name: 'Rescue',
    version: 1,
    input: { required: ['workflow_id'] },
    tasks: [{ id: 'mend', assigned_to: 'ODD', timeout: '20s' }],
  }),
};

function dumped(workflow: Written): string {
  return dump({ workflow }, { noRefs: true });
}

const draw = (id: string, types: readonly string[], random: Random, version: number): string => {
  const count = 1 + random.below(7);
  const ids = Array.from({ length: count }, (_, index) => `t${index}`);
  const tasks = ids.map((task, index) => {
    const before = ids.slice(0, index).filter(() => random.chance(0.4));
    const after = ids.slice(index + 1).filter(() => random.chance(0.6));
    const kind = random.chance(0.45) ? 'SIMPLE' : (types[random.below(types.length)] ?? 'SIMPLE');
    return {
      id: task,
      ...(before.length === 0 ? {} : { depends_on: before }),
      ...MAKERS[kind]?.({ id: task, before, after, random }),
      ...(random.chance(0.3)
        ? {
            retry_policy: {
              max_attempts: 1 + random.below(3),
              backoff_strategy: random.pick(['fixed', 'linear', 'exponential']),
              initial_delay: random.pick(['0s', '1s', '3s']),
            },
          }
        : {}),
      on_failure: random.pick(['fail', 'continue', 'fail_after_siblings', 'continue']),
    };
  });
  return textOf(id, tasks, {
    version,
    ...(random.chance(0.4) ? { failure_workflow: random.pick<unknown>(['rescue', INCIDENT]) } : {}),
    ...(random.chance(0.2) ? { limits: { gpu: 2 } } : {}),
    ...(random.chance(0.25)
      ? {
          concurrency: {
            ...(random.chance(0.5)
              ? { max_runs: random.pick([1, 2]) }
              : { key: '${workflow.input.text}' }),
            on_conflict: random.pick(['queue', 'queue', 'reject', 'cancel_running']),
          },
        }
      : {}),
    ...(random.chance(0.1) ? { rate: '2 per 20s' } : {}),
    ...(random.chance(0.1)
      ? {
          schedule: {
            cron: random.pick(['0 * * * *', '* * * * *']),
            overlap: random.pick(['skip', 'queue', 'cancel_running']),
            catch_up: random.pick(['none', 'last', 'all']),
          },
        }
      : {}),
    ...(random.chance(0.15) ? { timeout: '90s' } : {}),
    ...(random.chance(0.2)
      ? { monitoring: { alerts: [{ condition: 'retry_count > 0', action: 'notify_team' }] } }
      : {}),
  });
};

const textOf = (id: string, tasks: readonly Written[], more: Written): string =>
  dumped({
    id,
    name: id,
    version: 1,
    input: { optional: [{ text: 'hello' }, { items: [1, 2, 3] }] },
    ...more,
    tasks,
  });

const isValid = (text: string): boolean =>
  loadDefinition(text, 'sim.workflow.yaml').problems.every(({ severity }) => severity !== 'error');
