import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { convertConductor } from '../../src/conductor/convert.ts';
import { conductorWorkflow } from '../../src/conductor/source.ts';
import { loadDefinition } from '../../src/definition/load.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';

const importing = (source: unknown) => convertConductor(conductorWorkflow.parse(source));

/** The definition's text has no error, and these are its tasks by id. */
const tasksOf = (text: string): Record<string, JsonObject> => {
  const { problems } = loadDefinition(text, 'imported.workflow.yaml');
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { workflow } = load(text) as { workflow: { tasks: (JsonObject & { id: string })[] } };
  return Object.fromEntries(workflow.tasks.map((task) => [task.id, task]));
};

const one = (task: object, more: object = {}) =>
  importing({
    name: 'w',
    tasks: [{ name: 'first', taskReferenceName: 'first', type: 'SIMPLE' }, task],
    ...more,
  });

const simple = (name: string): JsonObject => ({
  name,
  taskReferenceName: name,
  type: 'SIMPLE',
  inputParameters: {},
});

const file: unknown = JSON.parse(
  readFileSync(new URL('order-fulfilment.json', import.meta.url), 'utf8'),
);

test('a workflow with every common task type passes validation and loses nothing', () => {
  const { id, text, notes } = importing(file);
  expect(id).toBe('order_fulfilment');
  const tasks = tasksOf(text);
  expect(notes.filter(({ kind }) => kind === 'lost')).toEqual([]);
  expect(tasks['stock']).toMatchObject({
    assigned_to: 'check_stock',
    timeout: '120s',
    heartbeat: '30s',
    retry_policy: { max_attempts: 4, backoff_strategy: 'exponential', initial_delay: '2s' },
  });
  expect(tasks['fork']).toMatchObject({
    depends_on: ['approval', 'pause', 'by_priority'],
    tasks: ['pack_1', 'invoice'],
  });
  expect(tasks['tell_manager']).toMatchObject({
    on_failure: 'continue',
    input: { note: 'stock was ${stock.output.count ?? null} of ${workflow.input.orderId}' },
  });
  expect(tasks['ship']).toMatchObject({ input: { box: '${pack_1.output.box ?? null}' } });
  expect(tasks['poll']).toMatchObject({
    while: '${poll.iteration} < 5 and ${carrier.output.status ?? null} != "DELIVERED"',
    tasks: [{ id: 'carrier_delay', duration: '60s' }, { id: 'carrier' }],
  });
  expect(tasks['parts']).toMatchObject({ task: { assigned_to: 'label_part' } });
  expect(tasks['end']).toMatchObject({ type: 'TERMINATE', status: 'COMPLETED' });
});

describe('what has no counterpart is noted, and the rest still validates', () => {
  test.each([
    ['HTTP', { inputParameters: { http_request: { uri: 'x' } } }, 'there is no task type HTTP'],
    ['INLINE', { expression: 'return 1 + 1', evaluatorType: 'javascript' }, 'its script did not'],
    ['WAIT', { inputParameters: { duration: 'soon' } }, 'could not be read'],
    [
      'SWITCH',
      {
        evaluatorType: 'javascript',
        expression: "$.a > 1 ? 'x' : 'y'",
        decisionCases: { x: [simple('x')] },
      },
      'its script',
    ],
    ['DO_WHILE', { loopCondition: 'f($.a)', loopOver: [simple('m')] }, 'the loop runs once'],
    ['FORK_JOIN_DYNAMIC', { inputParameters: { dynamicTasks: [] } }, 'which task does each item'],
  ])('%s', (type, fields, message) => {
    const { text, notes } = one({ name: 't', taskReferenceName: 't', type, ...fields });
    tasksOf(text);
    expect(notes).toContainEqual(
      expect.objectContaining({
        task: 't',
        kind: 'lost',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('an expression that reads what is not there', () => {
    const { text, notes } = one({
      ...simple('t'),
      inputParameters: { a: '${workflow.correlationId}', b: 'x ${nobody.output.y}' },
    });
    expect(tasksOf(text)['t']).toMatchObject({ input: { a: '${null}', b: 'x ${null}' } });
    expect(notes.filter(({ kind }) => kind === 'lost')).toHaveLength(2);
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['2 days 3 hours', { duration: '2 days 3 hours' }, { duration: '2d3h' }],
  ['a template', { duration: '${workflow.input.d}' }, { duration: '${workflow.input.d}' }],
  [
    'until, with an offset',
    { until: '2026-12-25 09:00 GMT+2' },
    { until: '2026-12-25T09:00:00+02:00' },
  ],
  ['until, a day', { until: '2026-12-25' }, { until: '2026-12-25T00:00:00Z' }],
  ['nothing: a signal', {}, { signal: 't' }],
])('a WAIT for %s', (_name, inputParameters, wanted) => {
  const { text } = one({ name: 't', taskReferenceName: 't', type: 'WAIT', inputParameters });
  expect(tasksOf(text)['t']).toMatchObject(wanted);
});

test.each<[string, string | null]>([
  ['$.t["iteration"] < 3', '${t.iteration} < 3'],
  ['if ( $.t.iteration < $.n ) { true; } else { false; }', '${t.iteration} < 4'],
  [
    '$.m["done"] == false && !($.m.output.x > 2)',
    '${m.output.done ?? null} == false and not (${m.output.x ?? null} > 2)',
  ],
  ["$.m['a b'] === 'x'", '${m.output["a b"] ?? null} == "x"'],
  ['$.nobody > 1', null],
  ['Math.random() < 0.5', null],
])('the loop condition %s', (loopCondition, wanted) => {
  const loop = { name: 't', taskReferenceName: 't', type: 'DO_WHILE', loopCondition };
  const { text } = one({ ...loop, inputParameters: { n: 4 }, loopOver: [simple('m')] });
  expect(tasksOf(text)['t']?.['while']).toBe(wanted ?? 'false');
});

test.each([
  ['SWITCH', { evaluatorType: 'value-param', expression: 'v', defaultCase: [simple('d')] }, 'FORK'],
  ['SWITCH', { evaluatorType: 'value-param', expression: 'v' }, 'SET_VARIABLE'],
  ['FORK_JOIN', { forkTasks: [[]] }, 'SET_VARIABLE'],
])('a %s without cases or branches goes on: %j', (type, fields, wanted) => {
  const { text } = one({ name: 't', taskReferenceName: 't', type, ...fields });
  expect(tasksOf(text)['t']).toMatchObject({ type: wanted });
});

test('cases inside cases: what follows waits for whatever was chosen', () => {
  const inner = {
    name: 'inner',
    taskReferenceName: 'inner',
    type: 'DECISION',
    caseValueParam: 'v',
    inputParameters: { v: '${first.output.v}' },
    decisionCases: { A: [simple('a')], B: [] },
    defaultCase: [simple('d')],
  };
  const { text } = importing({
    name: 'w',
    tasks: [
      simple('first'),
      {
        name: 'outer',
        taskReferenceName: 'outer',
        type: 'SWITCH',
        evaluatorType: 'value-param',
        expression: 'k',
        inputParameters: { k: '${workflow.input.k}' },
        decisionCases: { X: [inner], Y: [simple('y')] },
      },
      simple('last'),
    ],
  });
  expect(tasksOf(text)['last']).toMatchObject({
    depends_on: ['a', 'd', 'inner', 'y', 'outer'],
  });
});

test('a task written twice keeps its own id, and the note says so', () => {
  const { text, notes } = importing({ name: 'w', tasks: [simple('workflow'), simple('x y')] });
  const ids: Json[] = Object.keys(tasksOf(text));
  expect(ids).toEqual(['workflow_task', 'x_y']);
  expect(notes.map(({ task }) => task)).toEqual(expect.arrayContaining(['workflow', 'x y']));
});
