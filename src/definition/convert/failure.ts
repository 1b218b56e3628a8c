/**
 * `failure_workflow` to another definition's id, or to a definition made of its steps: SIMPLE
 * function tasks one after the other, each going on when the one before it failed. Its inputs
 * are the failed run's, all optional, and what the engine adds about the failure.
 */
import type {
  FailureWorkflow,
  InputDefinition,
  SimpleTaskDefinition,
  WorkflowDefinition,
} from '../../engine/definition.ts';
import { derivedDefinition, derivedTask } from '../../engine/derived-definition.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { WrittenWorkflow } from '../written.ts';
import { child, toJson } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { textOf } from './inputs.ts';
import { convertRetry } from './retry.ts';

/** Inputs the engine gives to every failure workflow. */
export const FAILURE_INPUTS = [
  'workflow_id',
  'reason',
  'failure_status',
  'failed_task',
  'failed_run',
] as const;

export const convertFailure = (
  written: WrittenWorkflow['failure_workflow'],
  node: YamlNode | null,
  owner: Omit<WorkflowDefinition, 'failureWorkflow'>,
): FailureWorkflow | null => {
  if (written === null || written === undefined) return null;
  if (typeof written === 'string') return { kind: 'definition', id: written };
  if (written.steps === null || written.steps === undefined) {
    return typeof written.id === 'string' ? { kind: 'definition', id: written.id } : null;
  }
  const steps = child(node, 'steps');
  let previous: string | null = null;
  const tasks = written.steps.map((step, index) => {
    const task = stepTask(step, child(steps, index), index, previous);
    previous = task.id;
    return task;
  });
  const definition = derivedDefinition(owner, {
    id: written.id ?? `${owner.id.slice(0, 56)}.failure`,
    name: `Failure of ${owner.name}`.slice(0, 200),
    description: textOf(
      child(node, 'description') === null ? null : textValue(node, 'description'),
    ),
    input: failureInputs(owner.input),
    tasks,
  });
  return { kind: 'steps', definition };
};

/** The id of a step's task, by its place. */
export const stepId = (
  step: { readonly id?: string | null | undefined; readonly action: string },
  index: number,
): string => step.id ?? `step-${index + 1}-${step.action}`;

type WrittenStep = string | { readonly id?: string | null | undefined; readonly action: string };

const stepTask = (
  step: WrittenStep,
  node: YamlNode | null,
  index: number,
  previous: string | null,
): SimpleTaskDefinition => {
  const form = typeof step === 'string' ? { action: step } : step;
  const id = stepId(form, index);
  return derivedTask({
    id,
    name: id,
    agentLevel: null,
    dependsOn: previous === null ? [] : [previous],
    executor: { kind: 'function', name: form.action },
    input: inputOf(node),
    priority: 0,
    retry: convertRetry(null),
    timeout: null,
  });
};

/** Everything a step says beside its id and action; `input` lends its own keys. */
const inputOf = (node: YamlNode | null): JsonObject => {
  if (node?.type !== 'map') return {};
  const own: [string, Json][] = node.entries.flatMap((entry) => {
    if (entry.key === 'id' || entry.key === 'action') return [];
    if (entry.key !== 'input' || entry.value.type !== 'map') {
      return [[entry.key, toJson(entry.value)]];
    }
    return entry.value.entries.map((inner): [string, Json] => [inner.key, toJson(inner.value)]);
  });
  return Object.fromEntries(own);
};

const failureInputs = (inputs: readonly InputDefinition[]): readonly InputDefinition[] => {
  const added = FAILURE_INPUTS.filter((name) => !inputs.some((input) => input.name === name));
  return [
    ...inputs.map((input) => ({ ...input, required: false })),
    ...added.map((name) => ({
      name,
      required: false,
      type: null,
      description: null,
      default: null,
      enum: null,
      pattern: null,
      secret: false,
    })),
  ];
};

const textValue = (node: YamlNode | null, key: string): Json => {
  const found = child(node, key);
  return found === null ? null : toJson(found);
};
