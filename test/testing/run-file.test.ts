import { expect, test } from 'vitest';
import { createMemoryCatalog, entryOf } from '../../src/testing/memory-catalog.ts';
import { testFile } from '../../src/testing/run-file.ts';

const catalog = createMemoryCatalog([
  entryOf(`
workflow:
  id: sorting
  name: Sorting
  version: 1
  input:
    required: [{ kind: { type: string, enum: [SMALL, LARGE, ODD] } }]
  output:
    - where: \${put.output.where ?? null}
  tasks:
    - id: weigh
      assigned_to: SCALE
      retry_policy: { max_attempts: 3, initial_delay: 10s }
      timeout: 1m
      input: { kind: "\${workflow.input.kind}" }
    - id: route
      type: DECISION
      depends_on: weigh
      decision_param: \${weigh.output.size}
      decision_cases:
        SMALL: { next_tasks: [put] }
        LARGE: { next_tasks: [ask] }
      default_case: []
    - id: put
      assigned_to: SHELF
      output_to: .3ox/workflow-data/put.yaml
    - id: ask
      type: HUMAN
      approval_timeout: 1h
`),
]);

const run = async (cases: string) => {
  const tested = await testFile(
    `workflow: sorting\ncases:\n${cases}`,
    'sorting.test.yaml',
    catalog,
  );
  if (tested.type === 'wrong') throw new Error(tested.problems.join('\n'));
  return tested.report;
};

const problemsOf = async (cases: string) => (await run(cases)).cases[0]?.problems;

const SMALL = 'weigh: {complete: {size: SMALL}}, put: {complete: {where: A1}}';

test('a case that holds, and the branches no case took', async () => {
  const report = await run(`
  - name: small things go on the shelf
    input: { kind: SMALL }
    answers: { ${SMALL} }
    expect:
      status: COMPLETED
      output: { where: A1 }
      tasks: { put: [COMPLETED], ask: SKIPPED }
      files: { .3ox/workflow-data/put.yaml: { where: A1 } }
      order: [[weigh, put]]
`);
  expect(report).toEqual({
    file: 'sorting.test.yaml',
    workflow: 'sorting',
    cases: [{ name: 'small things go on the shelf', ok: true, problems: [] }],
    branches: { taken: 1, all: 3, missed: ['route.LARGE', 'route.default'] },
  });
});

test.each([
  ['{ status: FAILED }', 'status is COMPLETED, expected FAILED'],
  ['{ reason: because }', 'reason is null, expected because'],
  ['{ tasks: { put: SKIPPED } }', 'tasks.put is COMPLETED, expected SKIPPED'],
  ['{ tasks: { put: [] } }', 'tasks.put has attempts [COMPLETED], expected []'],
  ['{ tasks: { putt: COMPLETED } }', 'tasks.putt: the run has no such task'],
  ['{ output: { where: B2 } }', 'output.where is A1, expected B2'],
  [
    '{ files: [nowhere.txt] }',
    'files: nowhere.txt was not written; written were .3ox/workflow-data/put.yaml',
  ],
  ['{ order: [[put, weigh]] }', 'order: weigh began before put had ended'],
  ['{ order: [[put, asks]] }', 'order: asks never began'],
  ['{ failure_run: COMPLETED }', 'failure_run is null, expected COMPLETED'],
  ['{ status: REFUSED }', 'status is COMPLETED, expected REFUSED'],
])('what differs from %s is told', async (expected, problem) => {
  const problems = await problemsOf(
    `  - { name: a, input: { kind: SMALL }, answers: { ${SMALL} }, expect: ${expected} }`,
  );
  expect(problems).toEqual([problem]);
});

test('a task without an answer stays in progress and the case ends there', async () => {
  const problems = await problemsOf(
    '  - { name: a, input: { kind: SMALL }, expect: { status: RUNNING, tasks: { weigh: IN_PROGRESS } } }',
  );
  expect(problems).toEqual([]);
});

test('a retry that has an answer is waited for; time moves no further than it is told', async () => {
  const answers = 'answers: { weigh: [{fail: {message: jam}}, {complete: {size: ODD}}] }';
  expect(
    await problemsOf(
      `  - { name: a, input: { kind: ODD }, ${answers}, expect: { status: COMPLETED, tasks: { weigh: [FAILED, COMPLETED] } } }`,
    ),
  ).toEqual([]);
  expect(
    await problemsOf(
      `  - { name: a, input: { kind: ODD }, advance: [9s], ${answers}, expect: { status: RUNNING, tasks: { weigh: RETRYING } } }`,
    ),
  ).toEqual([]);
});

test('limits pass on the virtual clock', async () => {
  expect(
    await problemsOf(
      '  - { name: a, input: { kind: ODD }, answers: { weigh: {hang: true} }, advance: [61s, 71s, 71s], expect: { status: TIMED_OUT, tasks: { weigh: [TIMED_OUT, TIMED_OUT, TIMED_OUT] } } }',
    ),
  ).toEqual([]);
});

test('a start that is refused is an outcome like any other', async () => {
  expect(
    await problemsOf(
      '  - { name: a, input: { kind: HUGE }, expect: { status: REFUSED, reason: kind must be one of } }',
    ),
  ).toEqual([]);
  expect(
    await problemsOf('  - { name: a, input: { kind: HUGE }, expect: { status: COMPLETED } }'),
  ).toEqual(['the start was refused: kind must be one of SMALL, LARGE, ODD, not HUGE']);
});

test('an approval the question does not have is a problem of the case', async () => {
  expect(
    await problemsOf(
      '  - { name: a, input: { kind: LARGE }, answers: { weigh: {complete: {size: LARGE}} }, approvals: { ask: MAYBE }, expect: {} }',
    ),
  ).toEqual([expect.stringContaining('approvals.ask: MAYBE was refused')]);
});

test.each([
  ['', ['sorting.test.yaml:1:1  The file is empty; write workflow: <id>']],
  ['workflow: [\n', [expect.stringMatching(/^sorting\.test\.yaml:\d+:\d+ {2}/u)]],
  [
    'workflow: sorting\ncases:\n  - name: a\n    expct: {}\n',
    expect.arrayContaining([expect.stringContaining('did you mean expect?')]),
  ],
  [
    'workflow: sortin\ncases:\n  - { name: a, expect: {} }\n',
    ['sorting.test.yaml: no valid workflow is called sortin; known are sorting'],
  ],
  [
    'workflow: sorting\ncases:\n  - { name: a, expect: {}, answers: { weigh: { done: 1 } } }\n',
    [expect.stringContaining('sorting.test.yaml:3:')],
  ],
])('a file that cannot be used is told with its place: %j', async (text, problems) => {
  expect(await testFile(text, 'sorting.test.yaml', catalog)).toEqual({ type: 'wrong', problems });
});
