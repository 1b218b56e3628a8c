import type { Span } from '../../../grammar/diagnostic.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import type { Report } from '../report.ts';
import type { ReadShape } from '../shape.ts';
import { spanAt } from '../sheet.ts';
import type { Sheet, SheetTask } from '../sheet.ts';
import { limitOf } from '../written-parts.ts';
import { child, nodeAt, toJson } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { convertFailure } from './failure.ts';
import { convertInputs, textOf } from './inputs.ts';
import { convertOutputs } from './outputs.ts';
import { convertChecks, convertMonitoring, convertPermissions } from './settings.ts';
import { convertTask } from './task.ts';

/** The written form as the engine's, with everything a check needs beside it. */
export const convertWorkflow = (
  { written, node, original }: ReadShape,
  top: Span,
  report: Report,
): Sheet => {
  const inputs = convertInputs(child(node, 'input'), report);
  const tasks = written.tasks.flatMap((task, index): readonly SheetTask[] => {
    const at = nodeAt(node, ['tasks', index]);
    if (at === null) return [];
    const definition = convertTask(task, at, report);
    return [{ definition, written: task, node: at, span: spanAt(at, ['id'], at.span) }];
  });
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
    description: textAt(node, 'description'),
    category: written.category ?? null,
    owner: written.owner ?? null,
    metadata: mapAt(node, 'metadata'),
    input: inputs.map(({ definition }) => definition),
    output: convertOutputs(child(node, 'output'), report),
    tasks: tasks.map(({ definition }) => definition),
    timeout: limitOf(written.timeout),
    timeoutPolicy: written.timeout_policy ?? 'FAIL',
    monitoring: convertMonitoring(written.monitoring),
    permissions: convertPermissions(written.permissions),
    preChecks: convertChecks(written.validation?.pre_execution_checks),
    postChecks: convertChecks(written.validation?.post_execution_checks),
  };
  const failure = convertFailure(written.failure_workflow, child(node, 'failure_workflow'), owner);
  const definition: WorkflowDefinition = { ...owner, failureWorkflow: failure };
  return { report, written, node, original, top, definition, inputs, tasks };
};

const textAt = (node: YamlNode, key: string): string | null => {
  const found = child(node, key);
  return found === null ? null : textOf(toJson(found));
};

const mapAt = (node: YamlNode, key: string): JsonObject => {
  const found = child(node, key);
  const value = found === null ? null : toJson(found);
  return isJsonObject(value) ? value : {};
};
