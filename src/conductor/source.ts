/**
 * Conductor's workflow definition as its server stores it (JSON). Only what is looked at is
 * named; everything else is kept, so that a report can say that it did not carry over.
 * Source of the names: Conductor's `WorkflowDef`, `WorkflowTask` and `TaskDef`.
 */
import { z } from 'zod';

const json = z.json();
const fields = z.record(z.string(), json);
const whole = z.number().int();

const taskDefinition = z.looseObject({
  retryCount: whole.nullish(),
  retryLogic: z.string().nullish(),
  retryDelaySeconds: z.number().nullish(),
  maxRetryDelaySeconds: z.number().nullish(),
  timeoutSeconds: z.number().nullish(),
  totalTimeoutSeconds: z.number().nullish(),
  responseTimeoutSeconds: z.number().nullish(),
  pollTimeoutSeconds: z.number().nullish(),
  timeoutPolicy: z.string().nullish(),
  concurrentExecLimit: whole.nullish(),
  rateLimitPerFrequency: whole.nullish(),
  rateLimitFrequencyInSeconds: whole.nullish(),
});

const subWorkflow = z.looseObject({
  name: z.string().nullish(),
  version: whole.nullish(),
  workflowDefinition: json.nullish(),
});

const plainTask = z.looseObject({
  name: z.string().min(1),
  taskReferenceName: z.string().min(1),
  type: z.string().default('SIMPLE'),
  description: z.string().nullish(),
  inputParameters: fields.nullish(),
  optional: z.boolean().nullish(),
  startDelay: z.number().nullish(),
  ...taskDefinition.shape,
  taskDefinition: taskDefinition.nullish(),
  // SWITCH, DECISION
  evaluatorType: z.string().nullish(),
  expression: z.string().nullish(),
  caseValueParam: z.string().nullish(),
  caseExpression: z.string().nullish(),
  // JOIN, FORK_JOIN_DYNAMIC
  joinOn: z.array(z.string()).nullish(),
  dynamicForkTasksParam: z.string().nullish(),
  dynamicForkTasksInputParamName: z.string().nullish(),
  // DO_WHILE
  loopCondition: z.string().nullish(),
  // SUB_WORKFLOW
  subWorkflowParam: subWorkflow.nullish(),
});

export type ConductorTask = z.output<typeof plainTask> & {
  /** SWITCH, DECISION */
  readonly decisionCases?: Readonly<Record<string, readonly ConductorTask[]>> | null | undefined;
  readonly defaultCase?: readonly ConductorTask[] | null | undefined;
  /** FORK_JOIN */
  readonly forkTasks?: readonly (readonly ConductorTask[])[] | null | undefined;
  /** DO_WHILE */
  readonly loopOver?: readonly ConductorTask[] | null | undefined;
};

const task: z.ZodType<ConductorTask> = z.lazy(() =>
  plainTask.extend({
    decisionCases: z.record(z.string(), z.array(task)).nullish(),
    defaultCase: z.array(task).nullish(),
    forkTasks: z.array(z.array(task)).nullish(),
    loopOver: z.array(task).nullish(),
  }),
);

export const conductorWorkflow = z.looseObject({
  name: z.string().min(1),
  version: whole.nullish(),
  description: z.string().nullish(),
  ownerEmail: z.string().nullish(),
  tasks: z.array(task).min(1, 'a workflow needs at least one task'),
  inputParameters: z.array(json).nullish(),
  inputTemplate: fields.nullish(),
  outputParameters: fields.nullish(),
  failureWorkflow: z.string().nullish(),
  timeoutSeconds: z.number().nullish(),
  timeoutPolicy: z.string().nullish(),
  variables: fields.nullish(),
});

export type ConductorWorkflow = z.output<typeof conductorWorkflow>;
export type ConductorTaskDefinition = z.output<typeof taskDefinition>;
