/** What the contract asks an agent to do. `mark` is a file that it writes or waits for. */
import { z } from 'zod';

const act = z.discriminatedUnion('act', [
  z.object({ act: z.literal('echo'), value: z.unknown() }),
  z.object({ act: z.literal('digits') }),
  z.object({
    act: z.literal('fail'),
    error: z.object({ type: z.string(), message: z.string(), retryable: z.boolean() }),
  }),
  z.object({ act: z.literal('break') }),
  z.object({ act: z.literal('say') }),
  z.object({ act: z.literal('progress'), mark: z.string() }),
  z.object({ act: z.literal('hang'), mark: z.string() }),
  z.object({ act: z.literal('die'), mark: z.string() }),
  z.object({ act: z.literal('rubbish') }),
  z.object({ act: z.literal('huge'), bytes: z.number() }),
]);

export type Act = z.output<typeof act>;

export const readAct = (payload: unknown): Act => act.parse(payload);
