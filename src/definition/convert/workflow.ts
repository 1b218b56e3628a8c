import type { Span } from '../../../grammar/diagnostic.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import type { ReadShape } from '../shape.ts';
import { spanAt } from '../sheet.ts';
import type { Sheet } from '../sheet.ts';
import { limitOf } from '../written-parts.ts';
import { child, jsonAt, mapAt, nodeAt } from '../yaml/tree.ts';
import { convertFailure } from './failure.ts';
import { convertInputs, textOf } from './inputs.ts';
import { convertLimits } from './limits.ts';
import { convertOutputs } from './outputs.ts';
import { convertChecks, convertMonitoring, convertPermissions } from './settings.ts';
import { convertTasks, type Entry } from './tasks.ts';

/** The written form as the engine's, with everything a check needs beside it. */
export const convertWorkflow = (
  { written, node, original }: ReadShape,
  top: Span,
  report: Report,
): Sheet => {
  const inputs = convertInputs(child(node, 'input'), report);
  const entries = written.tasks.flatMap((task, index): readonly Entry[] => {
    const at = nodeAt(node, ['tasks', index]);
    return at === null ? [] : [{ written: task, node: at }];
  });
  const { tasks, sheet } = convertTasks(entries, null, report);
  const faulty = report.problems().some(({ severity }) => severity === 'error');
  if (tasks.length === 0 && !faulty) {
    report.add('DEF102', spanAt(node, ['tasks'], top), 'The workflow has no tasks', {
      hint: 'add a task: - id: first',
    });
  }
  const owner: Omit<WorkflowDefinition, 'failureWorkflow'> = {
    id: written.id,
    name: written.name ?? written.id,
    version: written.version ?? 1,
    description: textOf(jsonAt(node, 'description')),
    category: written.category ?? null,
    owner: written.owner ?? null,
    metadata: mapAt(node, 'metadata'),
    input: inputs.map(({ definition }) => definition),
    output: convertOutputs(child(node, 'output'), report),
    tasks,
    timeout: limitOf(written.timeout),
    timeoutPolicy: written.timeout_policy ?? 'FAIL',
    monitoring: convertMonitoring(written.monitoring),
    permissions: convertPermissions(written.permissions),
    preChecks: convertChecks(written.validation?.pre_execution_checks),
    postChecks: convertChecks(written.validation?.post_execution_checks),
    ...convertLimits(written, node),
  };
  const failure = convertFailure(written.failure_workflow, child(node, 'failure_workflow'), owner);
  const definition: WorkflowDefinition = { ...owner, failureWorkflow: failure };
  return { report, written, node, original, top, definition, inputs, tasks: sheet };
};
