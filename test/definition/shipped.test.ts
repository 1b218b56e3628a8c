import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { definitionCodes } from '../../src/definition/codes.ts';
import { githubAnnotation } from '../../src/definition/github-annotation.ts';
import { formatProblem, problemsReport } from '../../src/definition/format-problem.ts';
import { graphAscii, graphMermaid } from '../../src/definition/graph.ts';
import { definitionJsonSchema } from '../../src/definition/json-schema.ts';
import { loadText, oneTask } from './marked.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');

const inventory = loadText(read('workflows/inventory-validation.workflow.yaml'));

test('the inventory validation has no problem at all', () => {
  expect(inventory.problems.map(formatProblem)).toEqual([]);
});

test('the inventory validation asks the commander when the validation fails', () => {
  const { definition } = inventory;
  expect(definition).toMatchObject({
    id: 'inventory-validation-v1',
    failureWorkflow: { kind: 'steps', definition: { id: 'inventory-validation-failure' } },
  });
  const gate = definition?.tasks.find(({ id }) => id === 'compliance_gate');
  expect(gate).toMatchObject({
    cases: [
      { key: 'PASS', nextTasks: ['success_receipt'] },
      { key: 'PARTIAL', nextTasks: ['warning_receipt'] },
      { key: 'FAIL', nextTasks: ['commander_review'] },
    ],
  });
  expect(definition?.tasks.find(({ id }) => id === 'commander_review')).toMatchObject({
    options: ['PROCEED_ANYWAY', 'FIX_MANUALLY', 'AUTO_FIX', 'ABORT'],
    approvalTimeout: 86_400_000,
    onTimeout: { action: 'ESCALATE', nextTask: null },
  });
  expect(definition?.input.map((input) => [input.name, input.default])).toEqual([
    ['target_folder', null],
    ['policy_file', '.3ox.index/POLICY/INVENTORY.POLICY.md'],
    ['strict_mode', false],
    ['generate_manifest', true],
    ['output_folder', null],
    ['validation_level', 'standard'],
  ]);
});

test('the schema for editors is current', () => {
  const written: unknown = JSON.parse(read('workflows/workflow.schema.json'));
  expect(written).toEqual(definitionJsonSchema());
});

test('the reference lists every code', () => {
  const page = read('docs/reference/definitions.md');
  const missing = Object.entries(definitionCodes).filter(
    ([code, { meaning }]) => !page.includes(code) || !page.includes(meaning),
  );
  expect(missing).toEqual([]);
});

test('graphs show every task and route', () => {
  const { definition } = inventory;
  if (definition === null) throw new Error('the definition has errors');
  const mermaid = graphMermaid(definition);
  expect(mermaid).toContain('t4{"compliance_gate (DECISION)"}');
  expect(mermaid).toContain('t4 -->|"FAIL, default"| t7');
  const ascii = graphAscii(definition);
  for (const { id } of definition.tasks) expect(ascii).toContain(`${id} (`);
  expect(ascii).toContain('failure_receipt (RECEIPT_GENERATOR_AGENT)  <- commander_review');
});

test('problems as lines, as annotations and as problems/1', () => {
  const { problems } = loadText(oneTask('      depends_on: b\n      timout: 5s\n'));
  expect(problems.map(githubAnnotation)).toEqual([
    '::error file=a.workflow.yaml,line=8,col=19,endColumn=20,title=DEF203::a names the task "b", which does not exist (there are a)',
    '::warning file=a.workflow.yaml,line=9,col=7,endColumn=13,title=DEF106::The key "timout" is not known (did you mean timeout?)',
  ]);
  expect(problems.map(formatProblem)).toEqual([
    'a.workflow.yaml:8:19  DEF203  a names the task "b", which does not exist  there are a',
    'a.workflow.yaml:9:7  DEF106  warning: The key "timout" is not known  did you mean timeout?',
  ]);
  expect(problemsReport([{ file: 'a.workflow.yaml', problems }])).toMatchObject({
    schema: 'problems/1',
    files: [
      {
        file: 'a.workflow.yaml',
        errors: 1,
        warnings: 1,
        problems: [
          { line: 8, column: 19, end_column: 20, code: 'DEF203', severity: 'error' },
          { line: 9, column: 7, end_column: 13, code: 'DEF106', severity: 'warning' },
        ],
      },
    ],
  });
});
