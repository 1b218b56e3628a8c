/** One interaction as the loopback keeps it: who did what, and every answer the bot gave. */
import type { JsonObject } from '../../../src/lib/json.ts';
import type { LoopbackUser } from './types.ts';

/** 2 slash command, 3 button or menu, 4 autocomplete, 5 modal. */
export type InteractionKind = 2 | 3 | 4 | 5;

/** The first response of the bot: callback type 4–9 and its data. */
export interface InteractionResponse {
  readonly type: number;
  readonly data: JsonObject;
  readonly at: number;
}

/** Mutable on purpose: the answers arrive one by one. */
export interface InteractionRecord {
  readonly id: string;
  readonly token: string;
  readonly kind: InteractionKind;
  readonly user: LoopbackUser;
  readonly channelId: string;
  readonly createdAt: number;
  /** The message the button or the modal belongs to. */
  readonly messageId?: string;
  /** The interaction's own data: custom id, values, options. */
  readonly data: JsonObject;
  response?: InteractionResponse;
  /** The message `@original` stands for. */
  originalId?: string;
  readonly followUpIds: string[];
  /** Set by `expire()`: the id and the token no longer exist. */
  expired: boolean;
}
