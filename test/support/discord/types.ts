/**
 * The nouns of the loopback Discord: what it keeps about people, channels and messages.
 *
 * Ids are snowflakes as decimal strings (17 to 19 digits); times are milliseconds since the epoch.
 */
import type { JsonObject } from '../../../src/lib/json.ts';

/** A person or a bot. */
export interface LoopbackUser {
  readonly id: string;
  readonly username: string;
  readonly globalName: string;
  readonly bot: boolean;
}

/** A guild role. `botId` marks the managed role Discord makes for a bot. */
export interface LoopbackRole {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  /** Permission bits as a decimal string. */
  readonly permissions: string;
  readonly mentionable: boolean;
  readonly botId?: string;
}

/** 0 guild text, 1 direct message, 11 public thread. */
type ChannelType = 0 | 1 | 11;

/** A text channel, a direct message or a thread. */
export interface LoopbackChannel {
  readonly id: string;
  readonly type: ChannelType;
  readonly name: string;
  /** Absent in a direct message. */
  readonly guildId?: string;
  /** The channel a thread hangs on. */
  readonly parentId?: string;
  /** The person a direct message is with. */
  readonly recipientId?: string;
  readonly archived: boolean;
}

/** A stored file; its bytes are served under `url`. */
export interface LoopbackAttachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly url: string;
  readonly content: Buffer;
  readonly description?: string;
}

/** Who was notified when a message was posted. Edits notify nobody. */
export interface Pinged {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

/** What a message showed from `at` until the next revision. */
export interface Revision {
  readonly at: number;
  readonly content: string;
  readonly embeds: readonly JsonObject[];
  readonly components: readonly JsonObject[];
  readonly attachments: readonly LoopbackAttachment[];
  readonly flags: number;
}

/** A message with everything that ever happened to it. */
export interface LoopbackMessage extends Revision {
  readonly id: string;
  readonly channelId: string;
  readonly guildId?: string;
  readonly author: LoopbackUser;
  /** 0 plain, 19 reply, 20 slash command answer. */
  readonly type: number;
  readonly createdAt: number;
  readonly editedAt?: number;
  readonly deletedAt?: number;
  readonly replyTo?: string;
  readonly threadId?: string;
  readonly nonce?: string;
  /** The interaction this answers. */
  readonly interaction?: {
    readonly id: string;
    readonly kind: number;
    readonly user: LoopbackUser;
  };
  /** Only this person sees it; it is in no channel listing. */
  readonly ephemeralFor?: string;
  readonly pinged: Pinged;
  /** First to newest; the last equals what the message shows now. */
  readonly revisions: readonly Revision[];
}

/** A file a person or the bot uploads. */
export interface Upload {
  readonly filename: string;
  readonly content: Buffer | string;
  readonly contentType?: string;
}
