/** How often and when runs of a definition start. */
import { parseRate } from '../../../grammar/rate.ts';
import type { KeyLimit, Schedule, WorkflowDefinition } from '../../engine/definition.ts';
import type { WrittenWorkflow } from '../written.ts';
import { child, mapAt } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';

type Limits = Pick<WorkflowDefinition, 'concurrency' | 'rate' | 'limits' | 'schedules'>;

export const convertLimits = (written: WrittenWorkflow, node: YamlNode): Limits => ({
  concurrency: concurrencyOf(written.concurrency),
  rate: parseRate(written.rate ?? ''),
  limits: Object.fromEntries(
    Object.entries(written.limits ?? {}).map(([key, limit]): [string, KeyLimit] => [
      key,
      typeof limit === 'number'
        ? { concurrency: limit, rate: null }
        : { concurrency: limit.concurrency ?? 1, rate: parseRate(limit.rate ?? '') },
    ]),
  ),
  schedules: schedulesOf(written.schedule, child(node, 'schedule')),
});

const concurrencyOf = (written: WrittenWorkflow['concurrency']): Limits['concurrency'] =>
  written === null || written === undefined
    ? null
    : {
        maxRuns: written.max_runs ?? null,
        key: written.key ?? null,
        onConflict: written.on_conflict ?? 'queue',
      };

const schedulesOf = (
  written: WrittenWorkflow['schedule'],
  node: YamlNode | null,
): readonly Schedule[] => {
  if (written === null || written === undefined) return [];
  const list = Array.isArray(written) ? written : [written];
  return list.map((one, index) => ({
    cron: one.cron,
    timezone: one.timezone ?? 'UTC',
    overlap: one.overlap ?? 'skip',
    catchUp: typeof one.catch_up === 'string' ? one.catch_up : one.catch_up ? 'last' : 'none',
    input: mapAt(node?.type === 'list' ? child(node, index) : node, 'input'),
  }));
};
