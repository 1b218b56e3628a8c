import { expect, test } from 'vitest';
import { problemsAcross } from '../../src/definition/across.ts';
import { formatProblem } from '../../src/definition/format-problem.ts';
import { loadDefinition } from '../../src/definition/load.ts';

const written = (id: string, extra: string, tasks = '    - { id: a, assigned_to: A }\n') => {
  const text = `workflow:\n  id: ${id}\n  name: X\n  version: 1\n${extra}  tasks:\n${tasks}`;
  const { definition } = loadDefinition(text, `${id}.workflow.yaml`);
  if (definition === null) throw new Error(`${id} has errors`);
  return { file: `${id}.workflow.yaml`, text, definition };
};

const across = (one: ReturnType<typeof written>, ...others: ReturnType<typeof written>[]) =>
  problemsAcross(
    one,
    others.map(({ definition }) => definition),
  ).map(formatProblem);

test('a child or failure workflow that nobody knows, with what was probably meant', () => {
  const parent = written(
    'parent',
    '  failure_workflow: mendr\n',
    '    - { id: a, type: SUB_WORKFLOW, workflow: chld }\n    - { id: b, type: FOR_EACH, items: [1], workflow: child }\n',
  );
  expect(across(parent, written('child', ''), written('mender', ''))).toEqual([
    'parent.workflow.yaml:5:21  DEF520  warning: the failure workflow mendr is not known here  did you mean mender?',
    'parent.workflow.yaml:7:46  DEF520  warning: the workflow of a, chld is not known here  did you mean child?',
  ]);
});

test('failure workflows in a circle', () => {
  const one = written('one', '  failure_workflow: two\n');
  const two = written('two', '  failure_workflow: three\n');
  const three = written('three', '  failure_workflow: ONE\n');
  expect(across(one, two, three)).toEqual([
    expect.stringContaining(
      'DEF521  warning: the failure workflows lead back here: one -> two -> three -> ONE',
    ),
  ]);
  expect(across(written('zero', '  failure_workflow: one\n'), one, two, three)).toEqual([]);
});

test('a name made at run time is left alone', () => {
  const dynamic = written(
    'dynamic',
    '  input: { required: [which] }\n',
    '    - { id: a, type: SUB_WORKFLOW, workflow: "${workflow.input.which}" }\n',
  );
  expect(across(dynamic)).toEqual([]);
});
