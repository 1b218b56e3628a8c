/** The shape of `.3ox/agents.yaml`. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { parseDuration } from '../../grammar/duration.ts';
import { isName } from '../engine/ids.ts';

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

/** Keys an agent of each kind may have. */
export const AGENT_KEYS = {
  builtin: COMMON,
  command: [...COMMON, 'command', 'env', 'cwd'],
  powershell: [...COMMON, 'script', 'function', 'errors', 'env', 'cwd'],
  file: COMMON,
} as const satisfies Record<AgentKind, readonly string[]>;

const duration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = parseDuration(value);
  if (ms !== null && ms > 0) return ms;
  context.addIssue('it is no duration such as 30s or 5m');
  return z.NEVER;
});

const rate = z.string().transform((text, context) => {
  const [, count = '', per = ''] = /^\s*(\d+)\s*\/\s*(\S+)\s*$/.exec(text) ?? [];
  // `5/s` is five a second.
  const ms = parseDuration(/^\d/.test(per) ? per : `1${per}`);
  if (Number(count) > 0 && ms !== null && ms > 0) return { count: Number(count), per: ms };
  context.addIssue('it is no rate such as 1/10s (one task in ten seconds)');
  return z.NEVER;
});

const folder = z
  .string()
  .refine((path) => !isAbsolute(path) && !path.split(/[\\/]/).includes('..'), {
    message: 'it must be a folder of the station, relative to it',
  });

const common = {
  description: z.string().default(''),
  concurrency: z.int('it is a whole number').min(1, 'it is at least 1').nullable().default(null),
  rate: rate.nullable().default(null),
  timeout: duration.nullable().default(null),
  inline: z.boolean().default(false),
  queue: z
    .enum(['queue', 'station'], 'it is queue (.3ox/task-queue) or station (1N.3OX)')
    .default('queue'),
};

const program = {
  env: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({}),
  cwd: folder.nullable().default(null),
};

const words = z.array(z.string()).refine(([file]) => file !== undefined && file !== '', {
  message: 'it names no program',
});

const agent = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('builtin'), ...common }),
    z.strictObject({
      kind: z.literal('command'),
      ...common,
      ...program,
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
    }),
    z.strictObject({
      kind: z.literal('powershell'),
      ...common,
      ...program,
      script: z.string(),
      function: z.string(),
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
    Object.entries(file?.agents ?? {}).map(([name, entry]) => ({ ...entry, name })),
  );
