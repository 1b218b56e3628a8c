/**
 * What an engine and its callers say to each other: JSON, a line each. The server greets first;
 * requests carry an id and get one answer; a subscribed connection also gets changes.
 */
import { z } from 'zod';

/** First line of the server. Another schema is another protocol. */
export const greeting = z.object({ schema: z.literal('remote/1'), pid: z.int() });

export const answer = z.union([
  z.object({ id: z.int(), result: z.unknown() }),
  z.object({ id: z.int(), error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ change: z.unknown() }),
]);

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }
  | { readonly change: unknown };

const identity = z.object({
  user: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  channel: z.string().nullable(),
  local: z.boolean(),
});

const given = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('value'), value: z.json() }),
]);

const note = z.string().nullable();
const run = z.object({ run: z.string() });

const operatorCommand = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['pause', 'resume']), run: z.string(), note }),
  z.object({
    type: z.literal('cancel'),
    run: z.string(),
    compensate: z.boolean().exactOptional(),
    note,
  }),
  z.object({
    type: z.literal('retry'),
    run: z.string(),
    fresh: z.boolean().exactOptional(),
    note,
  }),
  z.object({
    type: z.literal('rerun'),
    run: z.string(),
    task: z.string().nullable(),
    latest: z.boolean(),
    input: z.record(z.string(), given).nullable(),
    note,
  }),
  z.object({
    type: z.literal('skip'),
    run: z.string(),
    task: z.string(),
    output: z.json(),
    note,
  }),
  z.object({
    type: z.literal('signal'),
    run: z.string(),
    name: z.string(),
    output: z.json(),
    note,
  }),
  z.object({
    type: z.literal('choose'),
    run: z.string(),
    task: z.string().nullable(),
    option: z.string(),
    note,
  }),
]);

/** Parameters by method. */
export const params = {
  start: z.object({
    workflow: z.string(),
    version: z.number().nullable(),
    input: z.record(z.string(), given),
    by: identity,
    key: z.string().nullable(),
    onDuplicate: z.enum(['return_existing', 'reject', 'replace']).exactOptional(),
    notBefore: z.number().exactOptional(),
    serial: z.string().exactOptional(),
    origin: z.json(),
  }),
  operate: z.object({ command: operatorCommand, by: identity, dryRun: z.boolean() }),
  view: run,
  why: run,
  events: run,
  list: z.object({
    status: z.array(z.string()).exactOptional(),
    workflow: z.string().exactOptional(),
    startedBy: z.string().exactOptional(),
    since: z.number().exactOptional(),
    limit: z.number().exactOptional(),
    after: z.string().exactOptional(),
  }),
  resolve: z.object({ reference: z.string() }),
  mayStart: z.object({ workflow: z.string(), by: identity }),
  definitions: z.object({}),
  definition: z.object({ id: z.string(), version: z.number().nullable() }),
  problems: z.object({}),
  /** Changes of one run, or of all. A later request replaces the earlier one. */
  subscribe: z.object({ run: z.string().nullable() }),
} as const;

export type Method = keyof typeof params;

const methods = Object.keys(params);

export const request = z.object({
  id: z.int(),
  method: z.string().transform((name, context): Method => {
    if (isMethod(name)) return name;
    context.addIssue(`no method is called ${name}`);
    return z.NEVER;
  }),
  params: z.unknown(),
});

const isMethod = (name: string): name is Method => methods.includes(name);
