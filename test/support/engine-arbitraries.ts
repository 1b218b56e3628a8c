/** Random definitions and random things that happen to a run, for model tests of the engine. */
import * as fc from 'fast-check';
import type {
  RetryPolicy,
  TaskDefinition,
  WorkflowDefinition,
} from '../../src/engine/definition.ts';
import {
  decision,
  fork,
  human,
  join,
  retry,
  simple,
  each,
  loop,
  setVariable,
  signal,
  subWorkflow,
  terminate,
  to,
  wait,
  workflow,
} from './engine-definitions.ts';

const policy: fc.Arbitrary<RetryPolicy> = fc
  .record({
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    backoff: fc.constantFrom('fixed', 'linear', 'exponential'),
    initialDelay: fc.constantFrom(0, 1000),
    totalTimeout: fc.constantFrom(null, 5000),
    dontRetryOn: fc.constantFrom([], ['Fatal']),
    jitter: fc.constantFrom(null, { kind: 'fraction' as const, value: 0.5 }),
  })
  .map(retry);

interface Seed {
  readonly type: TaskDefinition['type'] | 'FUNCTION';
  /** Of a DO_WHILE and, the first of them, of a FOR_EACH. */
  readonly inner: readonly Seed[];
  /** Which earlier tasks it depends on, which later ones it names. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly onFailure: TaskDefinition['onFailure'];
  readonly policy: RetryPolicy;
  readonly when: string | null;
  readonly mode: 'all' | 'any' | number;
  readonly action: string;
  readonly limits: boolean;
  readonly file: string | null;
  readonly priority: number;
  readonly quorum: number;
  readonly key: string | null;
}

const seedOf = (inner: fc.Arbitrary<readonly Seed[]>, types: readonly Seed['type'][]) =>
  fc.record<Seed>({
    inner,
    type: fc.constantFrom(
      ...types,
      'SIMPLE',
      'SIMPLE',
      'SIMPLE',
      'FUNCTION',
      'DECISION',
      'HUMAN',
      'FORK',
      'JOIN',
      'JOIN',
      'SUB_WORKFLOW',
    ),
    before: fc.array(fc.nat(30), { maxLength: 3 }),
    after: fc.array(fc.nat(30), { maxLength: 3 }),
    onFailure: fc.constantFrom('fail', 'continue', 'fail_after_siblings', 'fail_after_siblings'),
    policy,
    when: fc.constantFrom(
      null,
      null,
      null,
      '${workflow.input.go} == true',
      '${workflow.input.none} > 1',
      'retry_count < 2',
    ),
    mode: fc.constantFrom<Seed['mode']>('all', 'all', 'any', 2),
    action: fc.constantFrom('ESCALATE', 'FAIL', 'CONTINUE', 'CANCEL', 'APPROVE'),
    limits: fc.boolean(),
    file: fc.constantFrom(null, null, 'out/${self.none ?? "x"}.yaml', 'out/${workflow.id}.yaml'),
    priority: fc.integer({ min: -1, max: 1 }),
    quorum: fc.constantFrom(1, 1, 2),
    key: fc.constantFrom(null, null, null, 'gpu', '${workflow.input.none}'),
  });

/** Plain tasks, then tasks around them, and tasks around those. */
const plainSeed = seedOf(fc.constant([]), ['WAIT', 'SET_VARIABLE']);
const holders: readonly Seed['type'][] = ['WAIT', 'TERMINATE', 'FOR_EACH', 'DO_WHILE', 'DO_WHILE'];
const innerSeed = seedOf(fc.array(plainSeed, { minLength: 1, maxLength: 4 }), holders);
const seed = seedOf(fc.array(innerSeed, { minLength: 1, maxLength: 4 }), holders);

const UNDO = {
  executor: { kind: 'agent' as const, name: 'UNDOER' },
  input: {},
  timeout: null,
  retry: retry({}),
};

const NEVER_PER_ITEM = ['DECISION', 'FORK', 'JOIN'];

const groupOf = (seeds: readonly Seed[], prefix: string): TaskDefinition[] =>
  seeds.map((from, index) => taskOf(from, index, seeds.length, prefix));

const taskOf = (from: Seed, index: number, count: number, prefix: string): TaskDefinition => {
  const id = (number: number): string => `${prefix}${number}`;
  const dependsOn = index === 0 ? [] : [...new Set(from.before.map((n) => id(n % index)))];
  const later =
    index + 1 < count
      ? [...new Set(from.after.map((n) => id(index + 1 + (n % (count - index - 1)))))]
      : [];
  const common = {
    dependsOn,
    onFailure: from.onFailure,
    retry: from.policy,
    when: from.when,
    outputTo: from.file,
    priority: from.priority,
    compensate: from.quorum === 1 ? UNDO : null,
    concurrencyKey: from.key,
  };
  switch (from.type) {
    case 'SIMPLE':
    case 'FUNCTION':
      return simple(id(index), {
        ...common,
        timeout: from.limits ? 4000 : null,
        queueTimeout: from.limits ? 2000 : null,
        executor:
          from.type === 'FUNCTION'
            ? { kind: 'function', name: 'log_to_file' }
            : { kind: 'agent', name: index % 2 === 0 ? 'EVEN' : 'ODD' },
      });
    case 'SUB_WORKFLOW':
      return subWorkflow(id(index), 'other', { ...common, timeout: from.limits ? 4000 : null });
    case 'DECISION': {
      const half = Math.ceil(later.length / 2);
      const first = dependsOn[0];
      return decision(id(index), {
        ...common,
        param: first === undefined ? '${workflow.input.verdict}' : `\${${first}.output.v ?? "no"}`,
        cases: [to('yes', later.slice(0, half))],
        defaultCase: from.limits ? later.slice(half) : null,
      });
    }
    case 'HUMAN':
      return human(id(index), {
        ...common,
        approvalTimeout: from.limits ? 3000 : null,
        onTimeout: { action: from.action, nextTask: later[0] ?? null },
        quorum: from.quorum,
        options: ['APPROVE', 'REJECT', 'ABORT', 'REVISE'],
        optionDetails: { REVISE: { description: null, backTo: dependsOn[0] ?? null } },
      });
    case 'WAIT':
      return wait(
        id(index),
        from.limits ? { kind: 'duration', value: 700 } : signal(`s${index % 2}`),
        { ...common, timeout: from.quorum === 2 ? 5000 : null },
      );
    case 'TERMINATE':
      return terminate(id(index), {
        ...common,
        when: '${workflow.input.stop ?? false} == true',
        status: from.limits ? 'FAILED' : 'COMPLETED',
      });
    case 'SET_VARIABLE':
      return setVariable(id(index), { v: index }, common);
    case 'FOR_EACH': {
      const [body] = groupOf(from.inner, `${id(index)}x`);
      const perItem = body === undefined || NEVER_PER_ITEM.includes(body.type) ? simple('b') : body;
      return each(
        id(index),
        { ...perItem, dependsOn: [] },
        {
          ...common,
          items: [1, 2, 3].slice(0, 1 + (from.priority + 1)),
          concurrency: from.limits ? 1 : 100,
        },
      );
    }
    case 'DO_WHILE':
      return loop(id(index), groupOf(from.inner, `${id(index)}m`), {
        ...common,
        while: `\${${id(index)}.iteration} < ${from.quorum}`,
        maxIterations: from.limits ? 1 : 3,
      });
    case 'FORK':
      return fork(id(index), later, common);
    case 'JOIN':
      return join(id(index), dependsOn, { ...common, mode: from.mode });
  }
};

/** Acyclic by construction: edges lead from lower to higher numbers; written in any order. */
export const definitions: fc.Arbitrary<WorkflowDefinition> = fc
  .record({
    seeds: fc.array(seed, { minLength: 1, maxLength: 8 }),
    reversed: fc.boolean(),
    timeout: fc.constantFrom(null, null, 9000),
    timeoutPolicy: fc.constantFrom('FAIL', 'ALERT_ONLY'),
    checks: fc.constantFrom([], ['receipt_generated'], ['all_tasks_completed']),
    rescue: fc.boolean(),
  })
  .map(({ seeds, reversed, timeout, timeoutPolicy, checks, rescue }) => {
    const tasks = groupOf(seeds, 't');
    return workflow(reversed ? tasks.reverse() : tasks, {
      timeout,
      timeoutPolicy,
      postChecks: checks.map((check) => ({ check, error: null })),
      failureWorkflow: rescue ? { kind: 'definition', id: 'rescue' } : null,
      output: [{ name: 'v', description: null, value: null }],
      monitoring: {
        reportFrequency: null,
        logTo: null,
        metrics: [],
        alerts: [{ condition: 'retry_count > 1', action: 'notify_team' }],
      },
    });
  });

export const STEPS = [
  'complete',
  'complete',
  'complete',
  'fail',
  'fail_fatally',
  'defer',
  'claim',
  'progress',
  'expire_lease',
  'wait',
  'wait_long',
  'pause',
  'resume',
  'cancel',
  'retry',
  'rerun',
  'restart',
  'skip',
  'skip',
  'end_child',
  'end_child',
  'reopen',
  'choose',
  'choose',
  'grant',
  'effect',
  'effect_fails',
  'again',
  'late',
  'signal',
] as const;

export interface Step {
  readonly type: (typeof STEPS)[number];
  readonly pick: number;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ type: fc.constantFrom(...STEPS), pick: fc.nat(20) }),
  { maxLength: 40 },
);
