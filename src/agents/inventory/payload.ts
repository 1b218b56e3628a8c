/** Reading task payloads: unknown keys are left alone, wrong ones are named with what was expected. */
import type { z } from 'zod';
import type { JsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';

/**
 * The payload in the schema's form.
 * @throws AgentFailure AgentError, not retryable, naming every wrong key and the expected form.
 */
export const parsePayload = <Schema extends z.ZodType>(
  agent: string,
  schema: Schema,
  payload: JsonObject,
): z.output<Schema> => {
  const result = schema.safeParse(payload);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    (issue) => `${['payload', ...issue.path].join('.')}: ${issue.message}`,
  );
  throw new AgentFailure(
    'AgentError',
    `${agent} cannot use its input: ${problems.join('; ')}. Correct the task's input in the workflow definition`,
    { retryable: false },
  );
};

/** A value that may be missing or null (a template without a value gives null). */
export const orDefault = <Schema extends z.ZodType>(
  schema: Schema,
  value: z.output<Schema>,
): z.ZodType<z.output<Schema>> => schema.nullish().transform((given) => given ?? value);
