/** The shape of `.3ox/agents.yaml`. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '../../grammar/duration.ts';
import { parseRate } from '../../grammar/rate.ts';
import { isName } from '../engine/ids.ts';
import { sizeSchema } from './size.ts';

/** Kinds of agents, as the file names them. */
export const AGENT_KINDS = ['builtin', 'command', 'powershell', 'file'] as const;

export type AgentKind = (typeof AGENT_KINDS)[number];

const COMMON = [
  'kind',
  'description',
  'concurrency',
  'rate',
  'timeout',
  'inline',
  'queue',
] as const;

/** Keys about processes that are kept between tasks. */
const WORKER_KEYS = ['workers', 'idle', 'max_tasks', 'max_memory'] as const;

/** Keys an agent of each kind may have. */
export const AGENT_KEYS = {
  builtin: COMMON,
  command: [...COMMON, 'command', 'protocol', 'env', 'environment', 'cwd', ...WORKER_KEYS],
  powershell: [
    ...COMMON,
    'script',
    'function',
    'errors',
    'env',
    'environment',
    'cwd',
    ...WORKER_KEYS,
  ],
  file: COMMON,
} as const satisfies Record<AgentKind, readonly string[]>;

const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== null && ms > 0) return ms;
  context.addIssue('it is no duration such as 30s or 5m');
  return z.NEVER;
});

const rate = z.string().transform((text, context) => {
  const read = parseRate(text);
  if (read !== null) return read;
  context.addIssue('it is no rate such as 1/10s (one task in ten seconds)');
  return z.NEVER;
});

const count = z.int('it is a whole number').min(1, 'it is at least 1');

const folder = z
  .string()
  .refine((path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..'), {
    message: 'it must be a folder of the station, relative to it',
  });

const common = {
  description: z.string().default(''),
  concurrency: count.nullable().default(null),
  rate: rate.nullable().default(null),
  timeout: duration.nullable().default(null),
  inline: z.boolean().default(false),
  queue: z
    .enum(['queue', 'station'], 'it is queue (.3ox/task-queue) or station (1N.3OX)')
    .default('queue'),
};

const environment = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean()]).transform(String),
);

const program = {
  env: environment.default({}),
  /** Another spelling of `env`. */
  environment: environment.nullish(),
  cwd: folder.nullable().default(null),
};

/** Processes that are kept between tasks. */
const kept = {
  workers: count.nullish(),
  idle: duration.nullish(),
  max_tasks: count.nullish(),
  max_memory: sizeSchema.nullish(),
} satisfies Record<(typeof WORKER_KEYS)[number], unknown>;

const words = z.array(z.string()).refine(([file]) => file !== undefined && file !== '', {
  message: 'it names no program',
});

const command = z
  .strictObject({
    kind: z.literal('command'),
    ...common,
    ...program,
    ...kept,
    protocol: z
      .enum(['json', 'jsonl'], 'it is json (a process for each task) or jsonl (kept between tasks)')
      .default('json'),
    command: z.union(
      [
        words,
        z
          .string()
          .min(1, 'it names no program')
          .transform((word) => [word]),
      ],
      {
        error: 'it is the program and its arguments as a list, such as [node, tool.js]',
      },
    ),
  })
  .superRefine((entry, context) => {
    if (entry.protocol === 'jsonl') return;
    for (const key of WORKER_KEYS) {
      if (entry[key] === undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'it needs protocol: jsonl' });
    }
  });

const agent = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('builtin'), ...common }),
    command,
    z.strictObject({
      kind: z.literal('powershell'),
      ...common,
      ...program,
      ...kept,
      /** Relative to the station. Left out: the functions that ship. */
      script: z.string().min(1, 'it names no file').nullable().default(null),
      function: z.string().min(1, 'it names no function'),
      errors: z.enum(['continue', 'stop']).default('continue'),
    }),
    z.strictObject({ kind: z.literal('file'), ...common }),
  ],
  { error: `it needs a kind: ${AGENT_KINDS.join(', ')}` },
);

/** An agent as the rest of the program sees it; durations in ms. */
export type RegisteredAgent = Readonly<z.output<typeof agent>> & { readonly name: string };

/** The whole file, to a list of agents. An empty file has none. */
export const agentsFile = z
  .strictObject({
    agents: z
      .record(
        z.string().refine(isName, {
          message: 'an agent name has letters, digits, dot, dash and underscore',
        }),
        agent,
      )
      .nullish(),
  })
  .nullable()
  .transform((file): readonly RegisteredAgent[] =>
    Object.entries(file?.agents ?? {}).map(([name, entry]) =>
      'environment' in entry
        ? { ...entry, name, env: { ...entry.environment, ...entry.env } }
        : { ...entry, name },
    ),
  );
