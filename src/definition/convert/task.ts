/** One task as the engine knows it. Every default of the format is filled in here and in `common.ts`. */
import type {
  DecisionCase,
  TaskDefinition,
  WaitFor,
  WaitTaskDefinition,
} from '../../engine/definition.ts';
import type { Report } from '../report.ts';
import { limitOf, msOf } from '../written-parts.ts';
import { targetsOf } from '../written-task-parts.ts';
import { membersOf, TASK_TYPES, type WrittenTask } from '../written-task.ts';
import { jsonAt, mapAt } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { commonPart, conditionText, unique } from './common.ts';
import { attemptLimit, executorOf } from './executor.ts';
import { convertHuman } from './human.ts';

/** Items under way at a time unless the FOR_EACH says otherwise. */
export const ITEMS_AT_A_TIME = 100;

/** What a task consists of besides its own keys. */
export interface Inside {
  /** Of a FOR_EACH. */
  readonly body: TaskDefinition | null;
  /** Of a DO_WHILE. */
  readonly members: readonly TaskDefinition[];
}

/** The type that is meant; an unknown one was reported, so it never runs. */
export const typeOf = (written: WrittenTask): TaskDefinition['type'] =>
  TASK_TYPES.find((known) => known === written.type) ?? 'SIMPLE';

export const convertTask = (
  written: WrittenTask,
  node: YamlNode,
  inside: Inside,
  report: Report,
): TaskDefinition => {
  const common = commonPart(written, node, report);
  const type = typeOf(written);
  switch (type) {
    case 'SIMPLE':
      return {
        ...common,
        type,
        executor: executorOf(written),
        timeout: attemptLimit(written),
        heartbeat: limitOf(written.heartbeat),
        queueTimeout: limitOf(written.queue_timeout),
      };
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
      return {
        ...common,
        type,
        branches: unique(membersOf(written.tasks).filter((branch) => typeof branch === 'string')),
      };
    case 'JOIN':
      return { ...common, type, mode: written.mode ?? 'all' };
    case 'SUB_WORKFLOW':
      return { ...common, type, ...subWorkflowPart(written) };
    case 'FOR_EACH':
      return {
        ...common,
        type,
        items: jsonAt(node, 'items'),
        as: written.as ?? 'item',
        itemKey: written.item_key ?? null,
        concurrency: written.concurrency ?? ITEMS_AT_A_TIME,
        body: inside.body ?? { ...common, type: 'SUB_WORKFLOW', ...subWorkflowPart(written) },
      };
    case 'WAIT':
      return { ...common, type, ...waitPart(written) };
    case 'TERMINATE':
      return {
        ...common,
        type,
        status: written.status ?? 'COMPLETED',
        reason: written.reason ?? null,
        runOutput: jsonAt(node, 'output'),
      };
    case 'SET_VARIABLE':
      return { ...common, type, variables: mapAt(node, 'variables') };
    case 'DO_WHILE':
      return {
        ...common,
        type,
        members: inside.members,
        while: conditionText(written.while) ?? 'false',
        maxIterations: written.max_iterations ?? 1,
      };
  }
};

/** Where a FOR_EACH names a workflow, its retry policy, timeout and input are the child's. */
export const itemTask = (written: WrittenTask): WrittenTask => {
  const { id, workflow, version, input, retry_policy, timeout, concurrency_key } = written;
  const type = 'SUB_WORKFLOW';
  return { id, type, workflow, version, input, retry_policy, timeout, concurrency_key };
};

const subWorkflowPart = (written: WrittenTask) => ({
  workflow: written.workflow ?? '',
  version: written.version ?? null,
  timeout: limitOf(written.timeout),
});

const waitPart = (written: WrittenTask): Pick<WaitTaskDefinition, 'wait' | 'timeout'> => ({
  wait: waitOf(written),
  timeout: limitOf(written.timeout),
});

const waitOf = ({ signal, until, duration }: WrittenTask): WaitFor => {
  if (typeof signal === 'string') return { kind: 'signal', name: signal };
  if (typeof until === 'string') return { kind: 'until', value: until };
  return { kind: 'duration', value: msOf(duration) ?? String(duration ?? '0') };
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
