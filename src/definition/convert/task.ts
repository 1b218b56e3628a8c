/** One task as the engine knows it. Every default of the format is filled in here. */
import type { DecisionCase, TaskCommon, TaskDefinition } from '../../engine/definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { Report } from '../report.ts';
import { limitOf, listOf } from '../written-parts.ts';
import { TASK_TYPES, targetsOf, type WrittenTask } from '../written-task.ts';
import { child, toJson } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { convertHuman } from './human.ts';
import { textOf } from './inputs.ts';
import { convertOutputs } from './outputs.ts';
import { convertRetry } from './retry.ts';

/** ms an agent has for an attempt unless the task says otherwise. */
const AGENT_TIMEOUT = 60_000;

/** A task of an unknown type is taken for a SIMPLE one; it was reported, so it never runs. */
export const convertTask = (
  written: WrittenTask,
  node: YamlNode,
  report: Report,
): TaskDefinition => {
  const common = commonPart(written, node, report);
  const type = TASK_TYPES.find((known) => known === written.type) ?? 'SIMPLE';
  switch (type) {
    case 'SIMPLE':
      return { ...common, type, ...simplePart(written) };
    case 'DECISION':
      return {
        ...common,
        type,
        param: jsonAt(node, 'decision_param'),
        cases: casesOf(written),
        defaultCase:
          written.default_case === undefined ? null : unique(targetsOf(written.default_case)),
      };
    case 'HUMAN':
      return { ...common, type, ...convertHuman(written, node, report) };
    case 'FORK':
      return { ...common, type, branches: unique(listOf(written.tasks)) };
    case 'JOIN':
      return { ...common, type, mode: written.mode ?? 'all' };
  }
};

const commonPart = (written: WrittenTask, node: YamlNode, report: Report): TaskCommon => ({
  id: written.id,
  name: written.name ?? written.id,
  description: textOf(jsonAt(node, 'description')),
  dependsOn: unique(listOf(written.depends_on)),
  parallelWith: unique(listOf(written.parallel_with)),
  when: conditionText(written.when),
  agentLevel: written.agent_level ?? null,
  retry: convertRetry(written.retry_policy),
  input: mapAt(node, 'input'),
  output: convertOutputs(child(node, 'output'), report),
  outputTo: written.output_to ?? null,
  sideEffects: (written.side_effects ?? []).map((effect, index) => ({
    condition: conditionText(effect.condition),
    action: 'create_file',
    file: effect.file,
    content: jsonAt(child(child(node, 'side_effects'), index), 'content'),
  })),
  onFailure: written.on_failure ?? (written.optional === true ? 'continue' : 'fail'),
  priority: written.priority ?? 0,
});

const simplePart = (written: WrittenTask) => {
  const agent = written.assigned_to ?? null;
  const executor =
    agent === null
      ? ({ kind: 'function', name: written.function ?? 'echo' } as const)
      : ({ kind: 'agent', name: agent } as const);
  return {
    executor,
    timeout:
      written.timeout === null || written.timeout === undefined
        ? agent === null
          ? null
          : AGENT_TIMEOUT
        : limitOf(written.timeout),
    heartbeat: limitOf(written.heartbeat),
    queueTimeout: limitOf(written.queue_timeout),
  };
};

const casesOf = (written: WrittenTask): readonly DecisionCase[] =>
  Object.entries(written.decision_cases ?? {}).map(([key, value]) => {
    const form = typeof value === 'object' && !Array.isArray(value) ? value : null;
    const described = form?.description;
    return {
      key,
      description: typeof described === 'string' ? described : null,
      condition: conditionText(form?.condition),
      nextTasks: unique(targetsOf(value)),
    };
  });

/** Conditions are kept as text. */
export const conditionText = (written: string | boolean | null | undefined): string | null =>
  written === null || written === undefined ? null : String(written);

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

const jsonAt = (node: YamlNode | null, key: string): Json => {
  const found = child(node, key);
  return found === null ? null : toJson(found);
};

const mapAt = (node: YamlNode, key: string): JsonObject => {
  const value = jsonAt(node, key);
  return isJsonObject(value) ? value : {};
};
