/** A task as it is written. One shape for every type: what belongs to which is checked later. */
import { z } from 'zod';
import {
  anyMap,
  anything,
  condition,
  count,
  duration,
  flag,
  idList,
  nameList,
  text,
  word,
} from './written-parts.ts';
import {
  agentName,
  caseValue,
  functionName,
  writtenCompensation,
  writtenNotification,
  writtenOnTimeout,
  writtenReminders,
  writtenRetry,
  writtenSideEffect,
  writtenWait,
} from './written-task-parts.ts';

export const TASK_TYPES = [
  'SIMPLE',
  'DECISION',
  'HUMAN',
  'FORK',
  'JOIN',
  'SUB_WORKFLOW',
  'FOR_EACH',
  'WAIT',
  'TERMINATE',
  'SET_VARIABLE',
  'DO_WHILE',
] as const;

const fields = {
  name: text,
  description: anything,
  type: z
    .string()
    .nullish()
    .meta({ enum: [...TASK_TYPES], description: 'SIMPLE when left out' }),
  depends_on: idList.describe('Tasks that come before this one'),
  parallel_with: idList.describe('Says that these run at the same time; checked, adds no order'),
  when: condition.describe('false: the task is SKIPPED'),
  agent_level: word(['L0', 'L1', 'L2', 'L3']),
  assigned_to: agentName,
  function: functionName,
  timeout: duration.describe('For one attempt, from dispatch (60s for agents; 0 for none)'),
  heartbeat: duration.describe('Without news for that long the attempt has timed out (off)'),
  queue_timeout: duration.describe('Ends an attempt that nobody claimed (off)'),
  retry_policy: writtenRetry.nullish(),
  input: anyMap.describe('What the agent gets; values may hold ${…}'),
  output: z.union([z.string(), nameList]).nullish(),
  output_to: text.describe('Path in the station where the output is also written'),
  side_effects: z.array(writtenSideEffect).nullish(),
  on_failure: word(['fail', 'continue', 'fail_after_siblings']),
  optional: flag.describe('true is on_failure: continue'),
  priority: z.number().nullish(),
  compensate: writtenCompensation.nullish().describe('What undoes the task when its run fails'),
  concurrency_key: text.describe('Tasks with the same text share the places of limits'),
  decision_param: anything,
  decision_cases: z.record(z.string(), caseValue).nullish(),
  default_case: caseValue.optional(),
  approval_options: nameList,
  approval_timeout: duration,
  notification: writtenNotification.nullish(),
  on_timeout: z
    .union([z.string(), writtenOnTimeout], { error: 'Expected an action, or a map with action' })
    .nullish(),
  quorum: count,
  allow_requester: flag,
  reminders: writtenReminders.describe('HUMAN: when the question is asked again'),
  mode: z
    .union([z.enum(['all', 'any']), z.int().min(1)], { error: 'Expected all, any or a number' })
    .nullish(),
  workflow: text.describe('SUB_WORKFLOW, FOR_EACH: id of the definition to run'),
  version: count.describe('Version of that definition (the highest)'),
  items: anything.describe('FOR_EACH: a template of a list, or the list'),
  as: text.describe('FOR_EACH: name of the item in templates (item)'),
  item_key: text.describe('FOR_EACH: template of what an item is called'),
  concurrency: count.describe('FOR_EACH: how many items are under way at a time (100)'),
  duration: writtenWait.describe('WAIT: how long'),
  until: text.describe('WAIT: an ISO-8601 time, or a template of one'),
  signal: text.describe('WAIT: name of the signal that ends it'),
  status: word(['COMPLETED', 'FAILED', 'CANCELLED']).describe('TERMINATE: how the run ends'),
  reason: text.describe('TERMINATE: why'),
  variables: anyMap.describe('SET_VARIABLE: values by name'),
  while: condition.describe('DO_WHILE: true makes another iteration'),
  max_iterations: count.describe('DO_WHILE: how many iterations there may be'),
};

const MEMBERS = 'Expected ids of tasks, or tasks';

const plainTask = z.looseObject({
  id: z.string().describe('Letters, digits, ".", "_" and "-"; names the task in templates'),
  ...fields,
});

const plainBody = z.looseObject({ ...plainTask.shape, id: text });

/** What can stand inside a task. */
interface Inside {
  readonly task?: WrittenBody | null | undefined;
  readonly tasks?: string | readonly (string | WrittenTask)[] | null | undefined;
}

export type WrittenTask = z.output<typeof plainTask> & Inside;

/** What a FOR_EACH does with an item: a task whose id is the FOR_EACH's. */
type WrittenBody = z.output<typeof plainBody> & Inside;

const inside = {
  get task(): z.ZodType<Inside['task']> {
    return writtenBody.nullish().describe('FOR_EACH: what is done with each item');
  },
  get tasks(): z.ZodType<Inside['tasks']> {
    return z
      .union([z.string(), z.array(z.union([z.string(), writtenTask], { error: MEMBERS }))], {
        error: MEMBERS,
      })
      .nullish()
      .describe('FORK: the first task of each branch; DO_WHILE: its members');
  },
};

export const writtenTask: z.ZodType<WrittenTask> = z.lazy(() =>
  z.looseObject({ ...plainTask.shape, ...inside }),
);

const writtenBody: z.ZodType<WrittenBody> = z.lazy(() =>
  z.looseObject({ ...plainBody.shape, ...inside }),
);

export const TASK_KEYS = [...Object.keys(plainTask.shape), 'task', 'tasks'];

/** The members of a DO_WHILE, or the branches of a FORK. */
export const membersOf = (written: WrittenTask['tasks']): readonly (string | WrittenTask)[] =>
  typeof written === 'string' ? [written] : (written ?? []);
