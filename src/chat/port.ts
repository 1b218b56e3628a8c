/**
 * Chat as a narrow port. The bridge decides what is said, when and to whom; an adapter only
 * carries it: it renders, keeps its network's limits and escapes. What an adapter gets is
 * data, so a console, Discord and a web page show the same run the same way.
 */

/** Where a message is, as the adapter names it; kept in the journal, so it is plain JSON. */
export interface MessageRef {
  readonly port: string;
  readonly channel: string;
  readonly id: string;
  /** ms since the epoch when it was posted. */
  readonly at: number;
}

export interface ChatPort {
  /** `console`, `discord`, `memory` … */
  readonly name: string;
  readonly features: {
    /** Messages can be edited, so a live card is possible. */
    readonly edits: boolean;
    /** Edits of a message older than this (ms) are not sent; a new card is posted. Infinity: never. */
    readonly editableFor: number;
    /** Times of paint schedules are kept per channel by the bridge when true. */
    readonly rateLimited: boolean;
  };
  start(handlers: ChatHandlers): Promise<void>;
  stop(): Promise<void>;
  /**
   * Posts a message. `nonce` (at most 25 characters) makes a repeated post one message.
   * @throws ChatError
   */
  post(
    channel: string,
    message: OutgoingMessage,
    options: { readonly nonce: string; readonly replyTo: MessageRef | null },
  ): Promise<MessageRef>;
  /** @throws ChatError; `gone` when the message no longer exists, `too_old` when it must roll over. */
  edit(ref: MessageRef, message: OutgoingMessage): Promise<void>;
  /** Marks a person's message: seen, done, mistake, refused. */
  react(ref: MessageRef, reaction: 'seen' | 'done' | 'mistake' | 'refused'): Promise<void>;
  /**
   * Resolves a channel or route name from settings to the adapter's channel id; null when unknown.
   * `user:<id>` is the person's direct messages.
   */
  findChannel(name: string): Promise<string | null>;
}

export interface ChatHandlers {
  onMessage(message: IncomingMessage): Promise<void>;
  /** The author edited a message (within the adapter's memory). */
  onEdit(message: IncomingMessage): Promise<void>;
  onAction(action: IncomingAction): Promise<void>;
  /** The adapter lost or regained its network. */
  onConnection(state: 'up' | 'down', detail: string): void;
}

export interface ChatUser {
  readonly id: string;
  readonly name: string;
  /** Role ids and names. */
  readonly roles: readonly string[];
  readonly local: boolean;
}

export interface IncomingMessage {
  readonly ref: MessageRef;
  readonly author: ChatUser;
  readonly text: string;
  /** Ways this message may address the bot, such as `<@123>`; the prefix is added by the bridge. */
  readonly mentions: readonly string[];
  /** The message it answers, or null. */
  readonly replyTo: MessageRef | null;
  /** True for a message read after an absence of the bot. */
  readonly missed: boolean;
  readonly attachments: readonly {
    readonly name: string;
    readonly size: number;
    /** @throws ChatError when it cannot be fetched. */
    text(): Promise<string>;
  }[];
}

export interface IncomingAction {
  /** Action id as the bridge gave it with the button. */
  readonly id: string;
  readonly user: ChatUser;
  readonly channel: string;
  /** Message the button is on. */
  readonly message: MessageRef;
  /** Values of a form, when the action is its submission. */
  readonly values: Readonly<Record<string, string>> | null;
  /**
   * Asks for text in a dialog; must be the first response. Its submission arrives as an
   * action with the form's id. The console asks in its prompt.
   */
  showForm(form: Form): Promise<void>;
  /** Says something only this person sees; at most once after the acknowledgement. */
  reply(message: OutgoingMessage): Promise<void>;
  /** Acknowledges without saying anything. */
  acknowledge(): Promise<void>;
}

export interface Form {
  readonly id: string;
  readonly title: string;
  readonly fields: readonly {
    readonly name: string;
    readonly label: string;
    readonly required: boolean;
    readonly long: boolean;
  }[];
}

/** One message. Plain strings are shown literally: adapters escape them. */
export interface OutgoingMessage {
  /** Lines above the card. */
  readonly text: readonly Line[];
  readonly card: Card | null;
  /** Rows of buttons; at most 5 × 5. */
  readonly actions: readonly (readonly Action[])[];
  readonly files: readonly { readonly name: string; readonly data: string }[];
  /** Who is pinged; nobody else ever is. Edits ping nobody. */
  readonly ping: { readonly users: readonly string[]; readonly roles: readonly string[] };
  /** The message will be painted again soon: a terminal keeps it in place above the prompt. */
  readonly live?: boolean;
}

export interface Action {
  /** At most 100 characters. */
  readonly id: string;
  readonly label: string;
  readonly style: 'primary' | 'neutral' | 'success' | 'danger';
}

export interface Card {
  readonly title: string;
  readonly tone: 'running' | 'waiting' | 'ok' | 'warning' | 'failed' | 'neutral';
  readonly sections: readonly {
    readonly heading: string | null;
    readonly lines: readonly Line[];
  }[];
  readonly footer: string | null;
}

export type Line = readonly Inline[];

export type Inline =
  | string
  | { readonly type: 'strong' | 'dim' | 'code'; readonly text: string }
  /** Shown as the reader's time; `relative` ticks by itself where the network can do that. */
  | { readonly type: 'time'; readonly at: number; readonly style: 'relative' | 'time' }
  | { readonly type: 'user' | 'role'; readonly id: string }
  /** Preformatted text such as a caret under a mistake; a line of its own. */
  | { readonly type: 'pre'; readonly text: string };

/** The chat network refused or failed. `retryable`: the same call may work later. */
export class ChatError extends Error {
  override readonly name = 'ChatError';
  readonly code: 'gone' | 'too_old' | 'forbidden' | 'too_large' | 'unavailable';
  readonly retryable: boolean;

  constructor(
    code: ChatError['code'],
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = code === 'unavailable';
  }
}
