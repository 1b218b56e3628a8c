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
  const declared = definition.tasks.flatMap((task) => task.output.map(({ name }) => name));
  const names: Names = {
    tasks: new Map(definition.tasks.map((task) => [task.id, task])),
    inputs: definition.input.map(({ name }) => name),
    metrics: [...new Set([...METRICS, ...declared])],
    order,
  };
  const run: Place = { task: null, ending: false, secrets: false, flow: false };
  checkTemplates(child(node, 'output'), run, names, report);
  for (const alert of itemsOf(nodeAt(node, ['monitoring', 'alerts']))) {
    checkCondition(child(alert, 'condition'), run, names, report);
  }
  for (const task of sheet.tasks) checkTask(task, names, sheet);
  checkFailureSteps(sheet, names);
};

const checkTask = ({ definition, node }: SheetTask, names: Names, { report }: Sheet): void => {
  const before: Place = { task: definition.id, ending: false, secrets: false, flow: true };
  const ending: Place = { ...before, ending: true, flow: false };
  checkCondition(child(node, 'when'), before, names, report);
  checkTemplates(
    child(node, 'input'),
    { ...before, secrets: definition.type === 'SIMPLE' },
    names,
    report,
  );
  checkTemplates(child(node, 'output'), ending, names, report);
  checkTemplates(child(node, 'output_to'), ending, names, report);
  for (const effect of itemsOf(child(node, 'side_effects'))) {
    checkCondition(child(effect, 'condition'), ending, names, report);
    checkTemplates(child(effect, 'file'), ending, names, report);
    checkTemplates(child(effect, 'content'), ending, names, report);
  }
  if (definition.type !== 'DECISION') return;
  checkTemplates(child(node, 'decision_param'), before, names, report);
  const cases = child(node, 'decision_cases');
  for (const entry of cases?.type === 'map' ? cases.entries : []) {
    checkCondition(child(entry.value, 'condition'), before, names, report);
  }
};

/** Steps run one after the other, in a run of their own. */
const checkFailureSteps = ({ definition, node, report }: Sheet, outer: Names): void => {
  const failure = definition.failureWorkflow;
  if (failure?.kind !== 'steps') return;
  const { tasks } = failure.definition;
  const at = { start: 0, end: 0 };
  const names: Names = {
    tasks: new Map(tasks.map((task) => [task.id, task])),
    inputs: [...new Set([...outer.inputs, ...FAILURE_INPUTS])],
    metrics: outer.metrics,
    order: createOrder(
      tasks.flatMap(({ id, dependsOn }) =>
        dependsOn.map((before) => ({ before, after: id, span: at })),
      ),
    ),
  };
  tasks.forEach(({ id }, index) => {
    const place: Place = { task: id, ending: false, secrets: false, flow: true };
    const step = nodeAt(node, ['failure_workflow', 'steps', index]);
    if (step?.type === 'map') checkTemplates(step, place, names, report);
  });
};
