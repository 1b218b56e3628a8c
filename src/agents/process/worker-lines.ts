/**
 * The lines between an agent and its long-lived workers: one JSON object each, UTF-8, over the
 * worker's stdin and stdout. docs/reference/workers.md tells worker authors the same.
 */
import { z } from 'zod';
import { parseExactJson } from '../../lib/exact-json.ts';
import { jsonLine } from '../../lib/json.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { readDuration } from '../file-queue/duration.ts';

/** What a worker is told. */
export type LineToWorker =
  | {
      readonly type: 'task';
      readonly id: number;
      readonly payload: JsonObject;
      readonly context: TaskContext;
    }
  /** Stop working on the task and answer soon, in any way. */
  | { readonly type: 'cancel'; readonly id: number; readonly reason: string }
  /** Answers a call. */
  | { readonly type: 'answer'; readonly id: number; readonly call: number; readonly result: Json }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly call: number;
      readonly error: {
        readonly type: string;
        readonly message: string;
        readonly retryable: boolean;
      };
    };

/** What the task belongs to. */
export interface TaskContext {
  readonly agent: string;
  readonly workflow: string;
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  /** Absolute path of the station. */
  readonly station: string;
}

const id = z.int().nonnegative();
/** It came out of JSON, so it is JSON. */
const anyJson = z.custom<Json>((value) => value !== undefined, 'it is missing');
/** Bytes the worker uses, so that it can be recycled where the system does not tell. */
const memory = z.number().nonnegative().nullish();

const line = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), runtime: z.string() }),
  z.object({
    type: z.literal('progress'),
    id,
    percent: z.number().nullish(),
    message: z.string().nullish(),
  }),
  z.object({
    type: z.literal('log'),
    id: id.nullish(),
    level: z.enum(['debug', 'info', 'warn', 'error']).catch('info'),
    message: z.string(),
  }),
  z.object({
    type: z.literal('call'),
    id,
    call: id,
    method: z.string(),
    params: z.record(z.string(), anyJson).default({}),
  }),
  z.object({ type: z.literal('result'), id, output: anyJson, memory }),
  z.object({
    type: z.literal('failure'),
    id,
    error: z.object({
      type: z.string().min(1).catch('AgentError').default('AgentError'),
      message: z.string().default(''),
      retryable: z.boolean().default(true),
      retry_after: z
        .union([z.string(), z.number()])
        .nullish()
        .transform((value) => readDuration(value ?? null)),
    }),
    output: anyJson.default({}),
    memory,
  }),
]);

/** What a worker says. Durations in ms. */
export type LineFromWorker = Readonly<z.output<typeof line>>;

/** A line for a worker, its end included. */
export const writeLine = (message: LineToWorker): string => jsonLine(message);

/** Reads a worker's line; a text says why it is none. */
export const readLine = (text: string): LineFromWorker | string => {
  let value: Json;
  try {
    value = parseExactJson(text);
  } catch {
    return 'it is not JSON';
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it is not in the protocol'}`;
};
