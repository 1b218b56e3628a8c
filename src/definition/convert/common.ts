/** What tasks of every type have, with every default of the format. */
import type { Compensation, TaskCommon } from '../../engine/definition.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Report } from '../report.ts';
import { listOf } from '../written-parts.ts';
import type { WrittenTask } from '../written-task.ts';
import { child, jsonAt, mapAt } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { attemptLimit, executorOf } from './executor.ts';
import { textOf } from './inputs.ts';
import { convertOutputs } from './outputs.ts';
import { convertRetry } from './retry.ts';

export const commonPart = (written: WrittenTask, node: YamlNode, report: Report): TaskCommon => ({
  id: written.id,
  name: written.name ?? written.id,
  description: textOf(jsonAt(node, 'description')),
  dependsOn: unique(listOf(written.depends_on)),
  parallelWith: unique(listOf(written.parallel_with)),
  when: conditionText(written.when),
  agentLevel: written.agent_level ?? null,
  retry: convertRetry(written.retry_policy),
  input: mapAt(node, 'input'),
  // The output of a TERMINATE is the run's, see `task.ts`.
  output: written.type === 'TERMINATE' ? [] : convertOutputs(child(node, 'output'), report),
  outputTo: written.output_to ?? null,
  sideEffects: (written.side_effects ?? []).map((effect, index) => ({
    condition: conditionText(effect.condition),
    action: 'create_file',
    file: effect.file,
    content: jsonAt(child(child(node, 'side_effects'), index), 'content'),
  })),
  onFailure: written.on_failure ?? (written.optional === true ? 'continue' : 'fail'),
  priority: written.priority ?? 0,
  compensate: compensationOf(written.compensate, mapAt(child(node, 'compensate'), 'input')),
  concurrencyKey: written.concurrency_key ?? null,
});

/** Conditions are kept as text. */
export const conditionText = (written: string | boolean | null | undefined): string | null =>
  written === null || written === undefined ? null : String(written);

export const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

const compensationOf = (
  written: WrittenTask['compensate'],
  input: JsonObject,
): Compensation | null =>
  written === null || written === undefined
    ? null
    : {
        executor: executorOf(written),
        input,
        timeout: attemptLimit(written),
        retry: convertRetry(written.retry_policy),
      };
