/**
 * Text of a task file: what an agent written to the guide reads, and what ours need besides.
 *
 * Task files are not synced, so a power cut may leave the beginning of one, which is often still
 * valid YAML. Invariant: no beginning of a file that the engine wrote is taken for a task. The lease
 * stands before what every task must have, the routing at the end.
 */
import { z } from 'zod';
import { isJsonObject } from '../../lib/json.ts';
import type { Json } from '../../lib/json.ts';
import { isoTime, siriusDay } from '../../lib/sirius.ts';
import type { AgentTask } from '../queue.ts';
import { readDuration, writeDuration } from './duration.ts';
import { writeDocument } from './plain-document.ts';
import { readYaml, UnreadableError } from './yaml.ts';

/** The file's text. `payload` is the task's own or a reference to it; `replyTo` is station-relative. */
export const writeTaskFile = (task: AgentTask, payload: Json, replyTo: string): string => {
  const header = {
    sirius_time: siriusDay(task.createdAt),
    workflow_id: task.run,
    task_id: task.task,
    task_name: task.taskName,
    agent_level: task.agentLevel,
    lease: task.lease,
    assigned_to: task.assignedTo,
    timeout: task.timeout === null ? null : writeDuration(task.timeout),
    requires_response: true,
    schema: 1,
    task: task.definitionTask,
    workflow: task.workflow,
    attempt: task.attempt,
    created_at: isoTime(task.createdAt),
    deadline: task.deadline === null ? null : isoTime(task.deadline),
    heartbeat: task.heartbeat === null ? null : `${task.heartbeat}ms`,
    previous_failure: task.previousFailure,
    previous_feedback: task.previousFeedback,
    forbidden_operations: task.forbidden,
    read_access: task.readAccess,
    write_access: task.writeAccess,
    // The file holds them anyway; an agent of ours keeps them out of its log and answer.
    ...(task.conceal.length === 0 ? {} : { conceal: task.conceal }),
  };
  const routing = { urgency: task.urgency, reply_to: replyTo };
  return writeDocument({ header, payload, routing });
};

/** A task as an agent finds it; what a hand-written file leaves out has its mildest meaning. */
export interface FoundTask {
  readonly run: string;
  readonly task: string;
  readonly definitionTask: string;
  readonly workflow: string;
  readonly assignedTo: string;
  readonly attempt: number;
  /** '' in a file that the engine did not write. */
  readonly lease: string;
  /** ms since the epoch. */
  readonly createdAt: number | null;
  readonly deadline: number | null;
  /** ms. */
  readonly heartbeat: number | null;
  readonly forbidden: readonly string[];
  readonly readAccess: readonly string[] | null;
  readonly writeAccess: readonly string[] | null;
  readonly payload: Json;
  /** Texts that are not to be repeated in logs or answers. */
  readonly conceal: readonly string[];
}

/**
 * Reads a task file.
 * @throws UnreadableError
 */
export const readTaskFile = (bytes: Uint8Array, budget: number): FoundTask => {
  const document = readYaml(bytes, budget);
  const parsed = TASK.safeParse(document);
  if (!parsed.success || !isJsonObject(document)) {
    const issue = parsed.error?.issues[0];
    throw new UnreadableError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no mapping'}`);
  }
  const { header, routing } = parsed.data;
  const isWhole = routing?.reply_to !== undefined && bytes.at(-1) === NEWLINE;
  if ((header.lease ?? '') !== '' && !isWhole) {
    throw new UnreadableError('it has a lease and no end: only its beginning is left');
  }
  return {
    run: header.workflow_id,
    task: header.task_id,
    definitionTask: header.task ?? header.task_id,
    workflow: header.workflow ?? '',
    assignedTo: header.assigned_to,
    attempt: header.attempt ?? 1,
    lease: header.lease ?? '',
    createdAt: readTime(header.created_at),
    deadline: readTime(header.deadline),
    heartbeat: readDuration(header.heartbeat),
    forbidden: header.forbidden_operations ?? [],
    readAccess: header.read_access ?? null,
    writeAccess: header.write_access ?? null,
    payload: document['payload'] ?? {},
    conceal: header.conceal ?? [],
  };
};

const TASK = z.object({
  header: z.object({
    workflow_id: z.string(),
    task_id: z.string(),
    task: z.string().nullish(),
    workflow: z.string().nullish(),
    assigned_to: z.string(),
    attempt: z.number().int().nonnegative().nullish(),
    lease: z.string().nullish(),
    created_at: z.string().nullish(),
    deadline: z.string().nullish(),
    heartbeat: z.union([z.string(), z.number()]).nullish(),
    forbidden_operations: z.array(z.string()).nullish(),
    read_access: z.array(z.string()).nullish(),
    write_access: z.array(z.string()).nullish(),
    conceal: z.array(z.string().min(1)).nullish(),
  }),
  routing: z.object({ reply_to: z.string().optional() }).nullish().catch(null),
});

const NEWLINE = 0x0a;

const readTime = (text: string | null | undefined): number | null => {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
};
