/** What a program says besides its output: lines of progress on stderr, and why it failed. */
import { z } from 'zod';
import { parseDuration } from '../../../grammar/duration.ts';
import { parseExactJson } from '../../lib/exact-json.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';

/**
 * Passes one line of stderr on. The two lines that long-lived workers say, too, mean the same here:
 * `{"type": "progress", "percent", "message"}` and `{"type": "log", "level", "message"}`.
 */
export const tellLine = (line: string, context: Pick<AgentContext, 'progress' | 'log'>): void => {
  const said = line.startsWith('{') ? toldLine.safeParse(parsed(line)) : null;
  if (said?.success !== true) context.log('info', line);
  else if (said.data.type === 'progress') context.progress(said.data.percent, said.data.message);
  else context.log(said.data.level, said.data.message);
};

/** The failure a program printed as `{"error": {...}}` before its exit code, or null. */
export const saidFailure = (output: Buffer): AgentFailure | null => {
  const said = failureOutput.safeParse(parsed(output.toString('utf8')));
  if (!said.success) return null;
  const { error, output: payload } = said.data;
  return new AgentFailure(error.type, error.message, {
    retryable: error.retryable ?? true,
    retryAfter: error.retry_after,
    payload,
  });
};

const parsed = (text: string): unknown => {
  try {
    return parseExactJson(text);
  } catch {
    return null;
  }
};

const toldLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    percent: z.number().min(0).max(100).nullable().default(null),
    message: z.string().default(''),
  }),
  z.object({
    type: z.literal('log'),
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    message: z.string(),
  }),
]);

const failureOutput = z.object({
  error: z.object({
    type: z.string().min(1).default('AgentError'),
    message: z.string().min(1),
    retryable: z.boolean().nullable().default(null),
    retry_after: z
      .union([z.string(), z.number()])
      .transform((text) => parseDuration(text))
      .nullable()
      .default(null),
  }),
  output: z.json().default({}),
});
