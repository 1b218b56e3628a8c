/** Loops, items, waits and limits: what the loader makes of every way to write them. */
import { describe, expect, test } from 'vitest';
import { graphAscii, graphMermaid } from '../../src/definition/graph.ts';
import { definitionOf, loadText, placesOf, tasks, workflow } from './marked.ts';

const only = (body: string) => definitionOf(tasks(body)).tasks[0];

describe('FOR_EACH', () => {
  test('a task for each item has the id of the FOR_EACH and defaults of its own', () => {
    const each = only(
      '    - { id: e, type: FOR_EACH, items: [1, 2], task: { assigned_to: A, on_failure: continue } }\n',
    );
    expect(each).toMatchObject({
      type: 'FOR_EACH',
      items: [1, 2],
      as: 'item',
      itemKey: null,
      concurrency: 100,
      onFailure: 'fail',
      body: { id: 'e', type: 'SIMPLE', timeout: 60_000, onFailure: 'continue', dependsOn: [] },
    });
  });

  test('a workflow for each item is a SUB_WORKFLOW with its input and retries', () => {
    const each = only(
      '    - { id: e, type: FOR_EACH, items: "${workflow.id}", workflow: child, version: 3, input: { x: "${item}" }, retry_policy: { max_attempts: 2 }, output_to: all.yaml }\n',
    );
    expect(each).toMatchObject({
      outputTo: 'all.yaml',
      body: {
        id: 'e',
        type: 'SUB_WORKFLOW',
        workflow: 'child',
        version: 3,
        input: { x: '${item}' },
        retry: { maxAttempts: 2 },
        outputTo: null,
        output: [],
      },
    });
  });

  test('items may be handled by a FOR_EACH or a loop again', () => {
    const each = only(
      `    - id: e
      type: FOR_EACH
      items: [[1], [2]]
      as: row
      task:
        type: FOR_EACH
        items: "\${row}"
        as: cell
        task:
          type: DO_WHILE
          while: "\${cell} > 1"
          max_iterations: 2
          tasks: [{ id: a, assigned_to: A, input: { row: "\${row}", cell: "\${cell}" } }]
`,
    );
    expect(each).toMatchObject({
      body: {
        id: 'e',
        type: 'FOR_EACH',
        body: { id: 'e', type: 'DO_WHILE', members: [{ id: 'a' }] },
      },
    });
  });
});

describe('DO_WHILE', () => {
  const loop = (members: string, beside: string): string =>
    `    - { id: l, type: DO_WHILE, tasks: ${members}, while: "\${b.output.x} < 3", max_iterations: 5 }\n${beside}`;

  test('members beside it move into it, those inside stand with them', () => {
    const { tasks: top } = definitionOf(
      tasks(
        loop(
          '[a, { id: b, assigned_to: B, depends_on: a }]',
          '    - { id: a, assigned_to: A, depends_on: l }\n    - { id: z, assigned_to: Z, depends_on: l, input: { x: "${b.output.x}", n: "${l.iteration}", o: "${l.output.b.x}" } }\n',
        ),
      ),
    );
    expect(top.map(({ id }) => id)).toEqual(['l', 'z']);
    expect(top[0]).toMatchObject({
      while: '${b.output.x} < 3',
      maxIterations: 5,
      members: [
        { id: 'a', dependsOn: [] },
        { id: 'b', dependsOn: ['a'] },
      ],
    });
  });

  test('loops nest by name, whatever order they are written in', () => {
    const { tasks: top } = definitionOf(
      tasks(
        '    - { id: c, assigned_to: A }\n' +
          '    - { id: inner, type: DO_WHILE, tasks: c, while: false, max_iterations: 2 }\n' +
          '    - { id: outer, type: DO_WHILE, tasks: [inner], while: false, max_iterations: 2 }\n',
      ),
    );
    expect(top).toMatchObject([
      { id: 'outer', members: [{ id: 'inner', members: [{ id: 'c' }] }] },
    ]);
  });

  test('two loops that contain each other are told once each', () => {
    const { problems } = loadText(
      tasks(
        '    - { id: l, type: DO_WHILE, tasks: m, while: false, max_iterations: 2 }\n' +
          '    - { id: m, type: DO_WHILE, tasks: l, while: false, max_iterations: 2 }\n',
      ),
    );
    expect(problems.map(({ code }) => code)).toEqual(['DEF210']);
  });

  test('a member reads itself and later members as the iteration before left them', () => {
    const { problems } = loadText(
      tasks(
        `    - id: l
      type: DO_WHILE
      while: false
      max_iterations: 2
      tasks:
        - { id: a, assigned_to: A, input: { own: "\${a.output.x ?? 0}", next: "\${b.output.x ?? 0}" } }
        - { id: b, assigned_to: B, depends_on: a, input: { n: "\${l.iteration}" } }
`,
      ),
    );
    expect(problems).toEqual([]);
  });
});

test.each([
  ['duration: 90s', { kind: 'duration', value: 90_000 }],
  ['duration: 5', { kind: 'duration', value: 5000 }],
  ['duration: "${workflow.id}"', { kind: 'duration', value: '${workflow.id}' }],
  ['until: 2026-08-07T12:00:00Z', { kind: 'until', value: '2026-08-07T12:00:00Z' }],
  ['until: 2026-08-07', { kind: 'until', value: '2026-08-07' }],
  ['signal: go', { kind: 'signal', name: 'go' }],
])('WAIT with %s', (key, wait) => {
  expect(only(`    - { id: w, type: WAIT, ${key} }\n`)).toMatchObject({ wait, timeout: null });
});

test('TERMINATE and SET_VARIABLE', () => {
  expect(
    only(
      '    - { id: t, type: TERMINATE, status: FAILED, reason: "no ${workflow.id}", output: { x: 1 } }\n',
    ),
  ).toMatchObject({
    status: 'FAILED',
    reason: 'no ${workflow.id}',
    runOutput: { x: 1 },
    output: [],
  });
  expect(only('    - { id: t, type: TERMINATE }\n')).toMatchObject({
    status: 'COMPLETED',
    reason: null,
    runOutput: null,
  });
  expect(only('    - { id: v, type: SET_VARIABLE, variables: { n: 1 } }\n')).toMatchObject({
    variables: { n: 1 },
  });
});

test('options say what they mean and where they send the work', () => {
  const human = (options: string) =>
    definitionOf(
      tasks(
        `    - { id: draft, assigned_to: A }\n    - { id: h, type: HUMAN, depends_on: draft, approval_timeout: 1h, approval_options: ${options} }\n`,
      ),
    ).tasks[1];
  const both = {
    options: ['APPROVE', 'REVISE'],
    optionDetails: { REVISE: { description: 'again', backTo: 'draft' } },
  };
  expect(human('[APPROVE, { REVISE: { back_to: draft, description: again } }]')).toMatchObject(
    both,
  );
  expect(human('[APPROVE, { id: REVISE, back_to: draft, description: again }]')).toMatchObject(
    both,
  );
  expect(human('[APPROVE, { REVISE: again }]')).toMatchObject({
    optionDetails: { REVISE: { description: 'again', backTo: null } },
  });
});

test.each([
  ['10m', [600_000]],
  ['[1h, 10m, 10m]', [600_000, 3_600_000]],
  ['{ every: 1m, at_most: 3 }', [60_000, 120_000, 180_000]],
  ['{ every: 1m }', [60_000, 120_000, 180_000, 240_000, 300_000]],
])('reminders: %s', (written, reminders) => {
  expect(
    only(`    - { id: h, type: HUMAN, approval_timeout: 1d, reminders: ${written} }\n`),
  ).toMatchObject({ reminders });
});

test('compensation has the defaults of a task for an agent', () => {
  expect(
    only(
      '    - { id: a, assigned_to: A, compensate: { assigned_to: UNDO, input: { x: "${a.output.x}" } } }\n',
    ),
  ).toMatchObject({
    compensate: {
      executor: { kind: 'agent', name: 'UNDO' },
      input: { x: '${a.output.x}' },
      timeout: 60_000,
      retry: { maxAttempts: 1 },
    },
  });
});

test('limits and schedules', () => {
  const text = `  input: { optional: [x: 1] }
  concurrency: { max_runs: 2, key: "\${workflow.input.x}" }
  rate: 10 per 1m
  limits: { gpu: 2, api: { concurrency: 4, rate: 5/s } }
  schedule: { cron: "0 3 * * *", catch_up: true, input: { x: 2 } }
  tasks:
    - { id: a, assigned_to: A, concurrency_key: "gpu" }
`;
  expect(definitionOf(workflow(text))).toMatchObject({
    concurrency: { maxRuns: 2, key: '${workflow.input.x}', onConflict: 'queue' },
    rate: { count: 10, per: 60_000 },
    limits: {
      gpu: { concurrency: 2, rate: null },
      api: { concurrency: 4, rate: { count: 5, per: 1000 } },
    },
    schedules: [
      { cron: '0 3 * * *', timezone: 'UTC', overlap: 'skip', catchUp: 'last', input: { x: 2 } },
    ],
    tasks: [{ concurrencyKey: 'gpu' }],
  });
});

test('keys of other types are extra keys: kept out of the way, with a warning', () => {
  const { definition, problems } = loadText(
    tasks('    - { id: a, assigned_to: A, duration: about a day, version: draft, status: new }\n'),
  );
  expect(definition).not.toBeNull();
  expect(placesOf({ definition, problems, sha256: '' })).toEqual([
    '6:32 DEF509',
    '6:55 DEF509',
    '6:71 DEF509',
  ]);
});

test('graphs show what is inside loops and what is done with items', () => {
  const definition = definitionOf(
    tasks(
      `    - { id: e, type: FOR_EACH, items: [1], task: { assigned_to: READER } }
    - id: l
      type: DO_WHILE
      depends_on: e
      while: false
      max_iterations: 2
      tasks: [{ id: a, assigned_to: A }, { id: b, assigned_to: B, depends_on: a }]
`,
    ),
  );
  expect(graphAscii(definition).split('\n').slice(1, -1)).toEqual([
    '  e (FOR_EACH READER)',
    '  l (DO_WHILE)  <- e',
    '    a (A)  <- l [each iteration]',
    '    b (B)  <- a',
  ]);
  expect(graphMermaid(definition)).toContain('t1 -->|"each iteration"| t2');
});
