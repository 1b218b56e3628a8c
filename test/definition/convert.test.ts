import { describe, expect, test } from 'vitest';
import { definitionOf, loadText, oneTask, placesOf, tasks, workflow } from './marked.ts';

const first = (text: string) => definitionOf(text).tasks[0];

describe('defaults', () => {
  test('a task with nothing but an agent', () => {
    expect(first(oneTask(''))).toEqual({
      id: 'a',
      name: 'a',
      description: null,
      type: 'SIMPLE',
      dependsOn: [],
      parallelWith: [],
      when: null,
      agentLevel: null,
      retry: {
        maxAttempts: 1,
        backoff: 'fixed',
        initialDelay: 1000,
        maxDelay: 60_000,
        jitter: null,
        retryOn: null,
        dontRetryOn: [],
        totalTimeout: null,
      },
      input: {},
      output: [],
      outputTo: null,
      sideEffects: [],
      onFailure: 'fail',
      priority: 0,
      compensate: null,
      concurrencyKey: null,
      executor: { kind: 'agent', name: 'A' },
      timeout: 60_000,
      heartbeat: null,
      queueTimeout: null,
    });
  });

  test('a workflow with nothing but tasks', () => {
    const { tasks: _, ...rest } = definitionOf(
      'workflow: { id: w, tasks: [{ id: a, assigned_to: A }] }',
    );
    expect(rest).toMatchObject({
      id: 'w',
      name: 'w',
      version: 1,
      input: [],
      output: [],
      timeout: null,
      timeoutPolicy: 'FAIL',
      failureWorkflow: null,
      permissions: { whoCanStart: null, whoCanApprove: null, readAccess: null, writeAccess: null },
      preChecks: [],
      postChecks: [],
    });
  });

  test('a question', () => {
    expect(first(tasks('    - { id: h, type: HUMAN }\n'))).toMatchObject({
      options: ['APPROVE', 'REJECT'],
      approvalTimeout: null,
      onTimeout: { action: 'FAIL', nextTask: null },
      quorum: 1,
      allowRequester: true,
    });
  });
});

describe('second spellings', () => {
  test.each([
    ['depends_on: a', 'depends_on: [a]'],
    ['optional: true', 'on_failure: continue'],
    ['retry_policy: { backoff: linear }', 'retry_policy: { backoff_strategy: linear }'],
    ['timeout: 90', 'timeout: 1m30s'],
    ['output: [n]', 'output: { n: }'],
    ['when: false', 'when: "false"'],
  ])('%s is %s', (one, other) => {
    const load = (line: string) =>
      definitionOf(
        tasks(
          `    - { id: a, assigned_to: A }\n    - id: b\n      assigned_to: B\n      ${line}\n`,
        ),
      );
    expect(load(one)).toEqual(load(other));
  });

  test.each(['x: a', 'x: [a]', 'x: { next: a }', 'x: { next_tasks: [a] }', 'x: { next_tasks: a }'])(
    'a case written as %s',
    (written) => {
      const { tasks: all } = definitionOf(
        tasks(
          `    - { id: a, assigned_to: A }\n    - id: d\n      type: DECISION\n      decision_param: \${workflow.id}\n      decision_cases: { ${written} }\n      default_case:\n`,
        ),
      );
      expect(all[1]).toMatchObject({
        cases: [{ key: 'x', condition: null, nextTasks: ['a'] }],
        defaultCase: [],
      });
    },
  );
});

describe('limits', () => {
  test('0 switches a limit off', () => {
    expect(first(oneTask('      timeout: 0\n      heartbeat: 0s\n'))).toMatchObject({
      timeout: null,
      heartbeat: null,
    });
  });

  test('the cap is the first delay when that is longer', () => {
    expect(first(oneTask('      retry_policy: { initial_delay: 2m }\n'))?.retry.maxDelay).toBe(
      120_000,
    );
  });

  test('jitter is a fraction or a duration', () => {
    const jitter = (written: string) =>
      first(oneTask(`      retry_policy: { jitter: ${written} }\n`))?.retry.jitter;
    expect(jitter('0.5')).toEqual({ kind: 'fraction', value: 0.5 });
    expect(jitter('500ms')).toEqual({ kind: 'absolute', value: 500 });
  });
});

test('edges of forks and routes are left to the engine', () => {
  const { tasks: all } = definitionOf(
    tasks(
      '    - { id: f, type: FORK, tasks: [a, b] }\n    - { id: a, assigned_to: A }\n    - { id: b, assigned_to: B, depends_on: [f] }\n    - { id: j, type: JOIN, depends_on: [a, b] }\n',
    ),
  );
  expect(all.map(({ dependsOn }) => dependsOn)).toEqual([[], [], ['f'], ['a', 'b']]);
});

describe('inputs', () => {
  const inputs = (written: string) => {
    const uses = '  tasks:\n    - { id: a, assigned_to: A, input: { all: "${workflow.input}" } }\n';
    const text = workflow(`  input:\n${written}${uses}`);
    return { input: definitionOf(text).input, places: placesOf(loadText(text)) };
  };

  test('required ones are described, optional ones have a default with its type', () => {
    const { input } = inputs(
      '    required: [a, b: what it is]\n    optional: [c, d: 5, e: [1], f: { k: v }, g: yes please, h: { default: true }]\n',
    );
    expect(
      input.map(({ name, required, type, description, default: value }) => [
        name,
        required,
        type,
        description,
        value,
      ]),
    ).toEqual([
      ['a', true, null, null, null],
      ['b', true, null, 'what it is', null],
      ['c', false, null, null, null],
      ['d', false, 'number', null, 5],
      ['e', false, 'list', null, [1]],
      ['f', false, 'object', null, { k: 'v' }],
      ['g', false, 'string', null, 'yes please'],
      ['h', false, 'boolean', null, true],
    ]);
  });

  test('the long form', () => {
    const { input } = inputs(
      '    optional:\n      - level: { type: string, default: low, enum: [low, high], description: How much, secret: false, pattern: "[a-z]+" }\n',
    );
    expect(input).toEqual([
      {
        name: 'level',
        required: false,
        type: 'string',
        description: 'How much',
        default: 'low',
        enum: ['low', 'high'],
        pattern: '[a-z]+',
        secret: false,
      },
    ]);
  });

  test('a map of inputs is read, with a warning', () => {
    const { input, places } = inputs(
      '    folder: { type: path }\n    mode: { required: false, default: x }\n',
    );
    expect(input.map(({ name, required }) => [name, required])).toEqual([
      ['folder', true],
      ['mode', false],
    ]);
    expect(places).toEqual(['6:5 DEF107']);
  });
});

test('outputs with a template are values, others descriptions', () => {
  const { output } = definitionOf(
    workflow(
      '  output:\n    - n\n    - score: how good it is\n    - list: { x: ["${a.output.x}"] }\n  tasks:\n    - { id: a, assigned_to: A }\n',
    ),
  );
  expect(output).toEqual([
    { name: 'n', description: null, value: null },
    { name: 'score', description: 'how good it is', value: null },
    { name: 'list', description: null, value: { x: ['${a.output.x}'] } },
  ]);
});

test('steps of a failure workflow are function tasks in a row', () => {
  const { failureWorkflow } = definitionOf(
    workflow(
      '  input: { required: [folder] }\n  failure_workflow:\n    id: w-failed\n    steps:\n      - log_to_incident\n      - { id: tell, action: notify_team, message: "${workflow.input.folder}: ${workflow.input.reason}", input: { urgency: high } }\n  tasks:\n    - { id: a, assigned_to: A }\n',
    ),
  );
  expect(failureWorkflow).toMatchObject({
    kind: 'steps',
    definition: {
      id: 'w-failed',
      tasks: [
        {
          id: 'step-1-log_to_incident',
          type: 'SIMPLE',
          dependsOn: [],
          onFailure: 'continue',
          executor: { kind: 'function', name: 'log_to_incident' },
          input: {},
        },
        {
          id: 'tell',
          dependsOn: ['step-1-log_to_incident'],
          input: { message: '${workflow.input.folder}: ${workflow.input.reason}', urgency: 'high' },
        },
      ],
    },
  });
  if (failureWorkflow?.kind !== 'steps') throw new Error('the steps were not read');
  const names = failureWorkflow.definition.input.map(({ name, required }) => [name, required]);
  expect(names).toContainEqual(['folder', false]);
  expect(names).toContainEqual(['failed_run', false]);
});

test('options are names, or maps with what they mean', () => {
  const options = (written: string) =>
    first(
      tasks(
        `    - { id: h, type: HUMAN, approval_timeout: 1h, approval_options: [${written}], on_timeout: go }\n`,
      ),
    );
  for (const written of [
    'GO, STOP',
    'GO: on with it, STOP',
    '{ id: GO, description: on }, { name: STOP }',
  ]) {
    expect(options(written)).toMatchObject({
      options: ['GO', 'STOP'],
      onTimeout: { action: 'GO' },
    });
  }
});

test('an input named the long way is an access entry', () => {
  const { permissions } = definitionOf(
    workflow(
      '  input: { required: [folder] }\n  permissions: { read_access: ["${workflow.input.folder}", 1N.3OX], write_access: [] }\n  tasks:\n    - { id: a, assigned_to: A }\n',
    ),
  );
  expect(permissions).toMatchObject({ readAccess: ['folder', '1N.3OX'], writeAccess: [] });
});

test('merge keys and aliases', () => {
  const { tasks: all } = definitionOf(
    tasks(
      '    - { id: a, assigned_to: A, retry_policy: &r { max_attempts: 3, backoff: linear } }\n    - id: b\n      assigned_to: B\n      retry_policy: { <<: *r, max_attempts: 2 }\n',
    ),
  );
  expect(all.map(({ retry }) => [retry.maxAttempts, retry.backoff])).toEqual([
    [3, 'linear'],
    [2, 'linear'],
  ]);
});
