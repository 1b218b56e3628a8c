/** Walks a definition and checks each text in its place. */
import { METRICS } from '../../engine/metrics.ts';
import { FAILURE_INPUTS } from '../convert/failure.ts';
import { createOrder, type Order } from '../order.ts';
import type { Sheet, SheetTask } from '../sheet.ts';
import { child, itemsOf, nodeAt } from '../yaml/tree.ts';
import { checkCondition, checkTemplates } from './texts.ts';
import type { Names, Place } from './scope.ts';

/** Every template and condition of the workflow, its tasks and its failure steps. */
export const checkTexts = (sheet: Sheet, order: Order): void => {
  const { definition, node, report } = sheet;
  const declared = sheet.tasks.flatMap(({ definition: task }) =>
    task.output.map(({ name }) => name),
  );
  const names: Names = {
    tasks: new Map(
      sheet.tasks.flatMap((task) => (task.item ? [] : [[task.definition.id, task.definition]])),
    ),
    inputs: definition.input.map(({ name }) => name),
    inputTypes: new Map(definition.input.map(({ name, type }) => [name, type])),
    secretInputs: definition.input.flatMap(({ name, secret }) => (secret ? [name] : [])),
    metrics: [...new Set([...METRICS, ...declared])],
    variables: sheet.tasks.flatMap(({ definition: task }) =>
      task.type === 'SET_VARIABLE' ? Object.keys(task.variables) : [],
    ),
    order,
  };
  const run: Place = RUN;
  checkTemplates(nodeAt(node, ['concurrency', 'key']), { ...run, early: true }, names, report);
  checkTemplates(child(node, 'output'), run, names, report);
  for (const alert of itemsOf(nodeAt(node, ['monitoring', 'alerts']))) {
    checkCondition(child(alert, 'condition'), run, names, report);
  }
  for (const task of sheet.tasks) checkTask(task, names, sheet);
  checkFailureSteps(sheet, names);
};

const RUN: Place = {
  task: null,
  ending: false,
  secrets: false,
  flow: false,
  items: [],
  early: false,
};

/** Names of the items around a task; `item` is the innermost. */
const itemsAround = ({ definition, item }: SheetTask, names: Names): readonly string[] => {
  const around = [...(item ? [definition.id] : []), ...names.order.around(definition.id)];
  const each = around.flatMap((id) => {
    const found: string[] = [];
    let owner = names.tasks.get(id);
    // A FOR_EACH may do a FOR_EACH with each of its items.
    while (owner?.type === 'FOR_EACH' && owner !== definition) {
      found.push(owner.as);
      owner = owner.body;
    }
    return found;
  });
  return each.length === 0 ? [] : ['item', ...each];
};

const checkTask = (task: SheetTask, names: Names, { report }: Sheet): void => {
  const { definition, node } = task;
  const around = itemsAround(task, names);
  const own = definition.type === 'FOR_EACH' ? ['item', definition.as] : [];
  const before: Place = { ...RUN, task: definition.id, flow: true, items: around };
  const inside: Place = { ...before, items: [...own, ...around] };
  const ending: Place = { ...before, ending: true, flow: false };
  const early = (key: string): void => checkTemplates(child(node, key), before, names, report);
  checkCondition(child(node, 'when'), before, names, report);
  checkTemplates(
    child(node, 'input'),
    { ...inside, secrets: mayReadSecrets(definition) },
    names,
    report,
  );
  for (const key of ['concurrency_key', 'workflow', 'item_key']) {
    checkTemplates(child(node, key), inside, names, report);
  }
  checkTemplates(child(node, 'output'), ending, names, report);
  checkTemplates(child(node, 'output_to'), ending, names, report);
  for (const effect of itemsOf(child(node, 'side_effects'))) {
    checkCondition(child(effect, 'condition'), ending, names, report);
    checkTemplates(child(effect, 'file'), ending, names, report);
    checkTemplates(child(effect, 'content'), ending, names, report);
  }
  checkTemplates(
    nodeAt(node, ['compensate', 'input']),
    { ...ending, secrets: true },
    names,
    report,
  );
  switch (definition.type) {
    case 'DECISION': {
      early('decision_param');
      const cases = child(node, 'decision_cases');
      for (const entry of cases?.type === 'map' ? cases.entries : []) {
        checkCondition(child(entry.value, 'condition'), before, names, report);
      }
      break;
    }
    case 'FOR_EACH':
      early('items');
      break;
    case 'DO_WHILE':
      checkCondition(child(node, 'while'), { ...before, ending: true }, names, report);
      break;
    case 'WAIT':
      for (const key of ['duration', 'until']) early(key);
      break;
    case 'TERMINATE':
      early('reason');
      break;
    case 'SET_VARIABLE':
      early('variables');
      break;
    case 'SUB_WORKFLOW':
    case 'SIMPLE':
    case 'HUMAN':
    case 'FORK':
    case 'JOIN':
  }
};

/**
 * Work for an agent, and what is handed on to another run (a FOR_EACH says it for each item). A
 * receipt shows what its generator was given, and so does what the bridge does itself.
 */
const mayReadSecrets = (task: SheetTask['definition']): boolean =>
  task.type === 'SUB_WORKFLOW' ||
  task.type === 'FOR_EACH' ||
  (task.type === 'SIMPLE' &&
    task.executor.kind === 'agent' &&
    task.executor.name !== 'RECEIPT_GENERATOR_AGENT');

/** Steps run one after the other, in a run of their own. */
const checkFailureSteps = ({ definition, node, report }: Sheet, outer: Names): void => {
  const failure = definition.failureWorkflow;
  if (failure?.kind !== 'steps') return;
  const { tasks } = failure.definition;
  const at = { start: 0, end: 0 };
  const names: Names = {
    tasks: new Map(tasks.map((task) => [task.id, task])),
    inputs: [...new Set([...outer.inputs, ...FAILURE_INPUTS])],
    inputTypes: outer.inputTypes,
    secretInputs: outer.secretInputs,
    metrics: outer.metrics,
    variables: [],
    order: createOrder(
      tasks.flatMap(({ id, dependsOn }) =>
        dependsOn.map((before) => ({ before, after: id, span: at })),
      ),
    ),
  };
  tasks.forEach(({ id }, index) => {
    const place: Place = { ...RUN, task: id, flow: true };
    const step = nodeAt(node, ['failure_workflow', 'steps', index]);
    if (step?.type === 'map') checkTemplates(step, place, names, report);
  });
};
