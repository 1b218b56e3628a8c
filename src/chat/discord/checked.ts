/**
 * What is handed on is of the port's types, whatever the network sent: discord.js checks little of
 * it and passes it on as it came.
 */
import { z } from 'zod';
import type { IncomingAction, IncomingMessage } from '../port.ts';

const ref = z.object({ channel: z.string(), id: z.string(), at: z.number() });
const user = z.object({ id: z.string().min(1), name: z.string(), roles: z.array(z.string()) });

const messageShape = z.object({
  ref,
  author: user,
  text: z.string(),
  replyTo: ref.nullable(),
  attachments: z.array(z.object({ name: z.string(), size: z.number() })),
});

const actionShape = z.object({
  id: z.string(),
  user,
  channel: z.string(),
  message: ref,
  values: z.record(z.string(), z.string()).nullable(),
});

/** The message itself. @throws ZodError when it is none */
export const checkedMessage = (message: IncomingMessage): IncomingMessage => {
  messageShape.parse(message);
  return message;
};

/** The action itself. @throws ZodError when it is none */
export const checkedAction = (action: IncomingAction): IncomingAction => {
  actionShape.parse(action);
  return action;
};
