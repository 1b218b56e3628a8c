/** Message references as the journal keeps them, and where a run was asked for. */
import { z } from 'zod';
import type { Json } from '../lib/json.ts';
import type { MessageRef } from './port.ts';

/** Where a run was asked for. */
export interface ChatOrigin {
  readonly port: string;
  readonly channel: string;
  /** Id of the message. */
  readonly message: string;
  /** User id. */
  readonly user: string;
  /** ms since the epoch. */
  readonly at: number;
}

/** The reference in a journaled value, or null. */
export const parseMessageRef = (value: unknown): MessageRef | null =>
  refSchema.safeParse(value).data ?? null;

/** The origin in a journaled value, or null when the run was not started from a chat. */
export const parseOrigin = (value: unknown): ChatOrigin | null =>
  originSchema.safeParse(value).data ?? null;

/** The message that asked for the run. */
export const originRef = (origin: ChatOrigin): MessageRef => ({
  port: origin.port,
  channel: origin.channel,
  id: origin.message,
  at: origin.at,
});

/** As the journal takes it. */
export const refToJson = (ref: MessageRef): Json => ({
  port: ref.port,
  channel: ref.channel,
  id: ref.id,
  at: ref.at,
});

const refSchema = z.object({
  port: z.string(),
  channel: z.string(),
  id: z.string(),
  at: z.number(),
});

const originSchema = z.object({
  port: z.string(),
  channel: z.string(),
  message: z.string(),
  user: z.string(),
  at: z.number().default(0),
});
