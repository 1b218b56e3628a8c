/** The documented shapes of `--json`: these fields, never missing, null where they do not apply. */
import { z } from 'zod';

const iso = z.iso.datetime({ precision: 3 });
const json = z.json();
const nullableIso = iso.nullable();
const workflow = z.object({ id: z.string(), version: z.int(), sha256: z.string().length(64) });
const progress = z.object({ done: z.int(), total: z.int() });

export const started = z.object({
  schema: z.literal('started/1'),
  run: z.string(),
  handle: z.string(),
  workflow,
  duplicate: z.boolean(),
});

export const run = z.object({
  schema: z.literal('run/1'),
  run: z.string(),
  handle: z.string(),
  workflow,
  status: z.string(),
  reason: z.string().nullable(),
  generation: z.int(),
  started_by: z.string(),
  created_at: iso,
  ended_at: nullableIso,
  sirius_time: z.string(),
  input: z.record(z.string(), json),
  output: z.record(z.string(), json).nullable(),
  variables: z.record(z.string(), json),
  progress,
  parent: z.object({ run: z.string(), task: z.string() }).nullable(),
  children: z.array(z.string()),
  failure_run: z.string().nullable(),
  compensation: z
    .object({
      run: z.string(),
      tasks: z.array(z.string()),
      status: z.string(),
      error: z.string().nullable(),
    })
    .nullable(),
  receipt: z.string().nullable(),
  tasks: z.array(
    z.object({
      id: z.string(),
      task: z.string(),
      type: z.string(),
      name: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      skipped_by: z.enum(['operator', 'decision', 'when', 'dependencies']).nullable(),
      generation: z.int(),
      assigned_to: z.string().nullable(),
      depends_on: z.array(z.string()),
      input: z.record(z.string(), json).nullable(),
      output: json,
      iteration: z.int().nullable(),
      item_key: z.string().nullable(),
      waiting_for: z
        .object({
          kind: z.enum(['agent', 'timer', 'person', 'slot', 'child', 'signal', 'task']),
          detail: z.string(),
          since: iso,
          until: nullableIso,
        })
        .nullable(),
      attempts: z.array(
        z.object({
          attempt: z.int(),
          generation: z.int(),
          status: z.string(),
          agent: z.string().nullable(),
          child: z.string().nullable(),
          dispatched_at: iso,
          claimed_at: nullableIso,
          ended_at: nullableIso,
          log: z
            .object({
              lines: z.array(
                z.object({
                  level: z.enum(['debug', 'info', 'warn', 'error']),
                  message: z.string(),
                  at: nullableIso,
                }),
              ),
              dropped: z.int(),
            })
            .nullable(),
          output: json,
          error: z
            .object({
              type: z.string(),
              message: z.string(),
              retryable: z.boolean().nullable(),
            })
            .nullable(),
        }),
      ),
    }),
  ),
});

export const runs = z.object({
  schema: z.literal('runs/1'),
  runs: z.array(
    z.object({
      run: z.string(),
      handle: z.string(),
      workflow: z.string(),
      status: z.string(),
      reason: z.string().nullable(),
      progress,
      created_at: iso,
      ended_at: nullableIso,
      started_by: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

const explained = z.object({ task: z.string(), status: z.string(), why: z.string() });

export const why = z.object({
  schema: z.literal('why/1'),
  run: z.string(),
  status: z.string(),
  waiting: z.array(
    z.object({
      task: z.string().nullable(),
      kind: z.string(),
      detail: z.string(),
      since: iso,
      until: nullableIso,
      fix: z.string(),
    }),
  ),
  tasks: z.array(explained),
});

export const explain = z.object({
  schema: z.literal('explain/1'),
  run: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  tasks: z.array(explained),
});

export const logLine = z.looseObject({
  seq: z.int(),
  at: iso,
  sirius_time: z.string(),
  run: z.string(),
  task: z.string().nullable(),
  attempt: z.int().nullable(),
  type: z.string(),
});

export const problems = z.object({
  schema: z.literal('problems/1'),
  files: z.array(
    z.object({
      file: z.string(),
      errors: z.int(),
      warnings: z.int(),
      problems: z.array(
        z.object({
          file: z.string(),
          line: z.int(),
          column: z.int(),
          end_column: z.int(),
          code: z.string(),
          severity: z.enum(['error', 'warning']),
          message: z.string(),
          hint: z.string().nullable(),
        }),
      ),
    }),
  ),
});

export const command = z.object({
  schema: z.literal('command/1'),
  run: z.string(),
  command: z.string(),
  changed: z.boolean(),
  status: z.string(),
  generation: z.int(),
  run_again: z.array(z.string()),
  kept: z.array(z.string()),
});

export const agents = z.object({
  schema: z.literal('agents/1'),
  agents: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['builtin', 'command', 'powershell', 'file']),
      state: z.enum(['up', 'down', 'unavailable', 'elsewhere']),
      up: z.boolean(),
      unavailable: z.string().nullable(),
      fix: z.string().nullable(),
      runtime: z.string().nullable(),
      hosts: z.int(),
      concurrency: z.int().nullable(),
      workers: z
        .object({
          limit: z.int(),
          busy: z.int(),
          idle: z.int(),
          started: z.int(),
          runtime: z.string().nullable(),
        })
        .nullable(),
      running: z.int(),
      waiting: z.int(),
      oldest_waiting: nullableIso,
      last_seen: nullableIso,
      last_answer: nullableIso,
      error_rate: z.number().min(0).max(1).nullable(),
      last_failure: z
        .object({
          at: iso,
          run: z.string(),
          task: z.string(),
          attempt: z.int(),
          type: z.string(),
          message: z.string(),
        })
        .nullable(),
    }),
  ),
});

export const doctor = z.object({
  schema: z.literal('doctor/1'),
  ok: z.boolean(),
  station: z.string(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      fix: z.string().nullable(),
    }),
  ),
});

export const repair = z.object({
  schema: z.literal('repair/1'),
  station: z.string(),
  ok: z.boolean(),
  repairs: z.array(
    z.object({
      name: z.string(),
      detail: z.string(),
      done: z.boolean(),
      error: z.string().nullable(),
    }),
  ),
});

export const agentNew = z.object({
  schema: z.literal('agent-new/1'),
  agent: z.string(),
  kind: z.enum(['powershell', 'python', 'shell', 'node']),
  script: z.string(),
  registry: z.string(),
  needs: z.string(),
  next: z.array(z.string()),
});

export const error = z.object({
  schema: z.literal('error/1'),
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    at: z.string().nullable(),
  }),
});

export const tests = z.object({
  schema: z.literal('tests/1'),
  cases: z.array(z.object({ name: z.string(), ok: z.boolean(), problems: z.array(z.string()) })),
  branches: z.object({ taken: z.int(), all: z.int() }),
});
