/**
 * A chat in memory, for tests: people say and press, messages keep the history of their edits,
 * failures can be put in. It keeps the promises of the port (nonce, gone, too old) as a network does.
 */
import { ChatError } from '../port.ts';
import type {
  ChatHandlers,
  ChatPort,
  ChatUser,
  Form,
  IncomingAction,
  IncomingMessage,
  MessageRef,
  OutgoingMessage,
} from '../port.ts';
import type { Clock } from '../../lib/clock.ts';

/** A message that was posted. */
interface MemoryMessage {
  readonly ref: MessageRef;
  readonly channel: string;
  readonly replyTo: MessageRef | null;
  readonly nonce: string;
  /** Every state it had, oldest first; times in ms. */
  readonly history: { readonly at: number; readonly message: OutgoingMessage }[];
}

/** What one press of a button brought about. */
interface Pressed {
  readonly form: Form | null;
  readonly reply: OutgoingMessage | null;
  readonly acknowledged: boolean;
}

export interface MemoryPort extends ChatPort {
  readonly messages: readonly MemoryMessage[];
  readonly reactions: readonly { readonly id: string; readonly reaction: string }[];
  /** Latest state of a message, by its place in `messages` (from the end when negative). */
  latest(index: number): OutgoingMessage;
  /** A person writes; resolves when it was handled. */
  say(text: string, options?: SayOptions): Promise<MessageRef>;
  /** The author edits. */
  change(ref: MessageRef, text: string, by?: ChatUser): Promise<void>;
  /** A person presses a button, or sends the form it opened. */
  press(id: string, by?: ChatUser, values?: Readonly<Record<string, string>>): Promise<Pressed>;
  remove(ref: MessageRef): void;
  /** The next calls of `method` fail in turn; `'lost'`: it works, but the answer is lost. */
  fail(method: 'post' | 'edit', ...errors: readonly (ChatError | 'lost')[]): void;
  /** Edits stay in flight until the returned function is called. */
  holdEdits(): () => void;
}

interface SayOptions {
  readonly by?: ChatUser;
  readonly channel?: string;
  readonly replyTo?: MessageRef;
  readonly missed?: boolean;
  /** ms since the epoch when it was written. */
  readonly at?: number;
  readonly id?: string;
  readonly mentions?: readonly string[];
  readonly attachments?: readonly { readonly name: string; readonly text: string }[];
}

/** Who speaks when a test does not say. */
export const somebody: ChatUser = { id: '1', name: 'Arc', roles: ['Captain'], local: false };

export const createMemoryPort = (options: {
  readonly clock: Clock;
  readonly name?: string;
  readonly features?: Partial<ChatPort['features']>;
  /** Names that `findChannel` knows; default: every one but `nowhere`. */
  readonly channels?: readonly string[];
}): MemoryPort => {
  const { clock, channels } = options;
  const name = options.name ?? 'memory';
  const messages: MemoryMessage[] = [];
  const reactions: { readonly id: string; readonly reaction: string }[] = [];
  const failures: Record<'post' | 'edit', (ChatError | 'lost')[]> = { post: [], edit: [] };
  const features = {
    edits: true,
    editableFor: 58 * 60_000,
    rateLimited: true,
    ...options.features,
  };
  let handlers: ChatHandlers | null = null;
  let held: Promise<void> | null = null;
  let last = 0;

  const handling = (): ChatHandlers => {
    if (handlers === null) throw new Error('The memory port was not started');
    return handlers;
  };

  const incoming = (ref: MessageRef, text: string, say: SayOptions): IncomingMessage => ({
    ref,
    author: say.by ?? somebody,
    text,
    mentions: say.mentions ?? [],
    replyTo: say.replyTo ?? null,
    missed: say.missed ?? false,
    attachments: (say.attachments ?? []).map((file) => ({
      name: file.name,
      size: Buffer.byteLength(file.text),
      text: () => Promise.resolve(file.text),
    })),
  });

  return {
    name,
    features,
    messages,
    reactions,
    async start(given) {
      handlers = given;
    },
    async stop() {
      handlers = null;
    },
    async post(channel, message, { nonce, replyTo }) {
      const failure = failures.post.shift();
      if (failure !== undefined && failure !== 'lost') throw failure;
      const known = messages.find((one) => one.nonce === nonce && one.channel === channel);
      if (known !== undefined) return known.ref;
      last += 1;
      const ref = { port: name, channel, id: `m${last}`, at: clock.now() };
      messages.push({ ref, channel, replyTo, nonce, history: [{ at: clock.now(), message }] });
      if (failure === 'lost') throw new ChatError('unavailable', 'the answer was lost');
      return ref;
    },
    async edit(ref, message) {
      await held;
      const failure = failures.edit.shift();
      if (failure !== undefined && failure !== 'lost') throw failure;
      const known = messages.find((one) => one.ref.id === ref.id);
      if (known === undefined) throw new ChatError('gone', `message ${ref.id} does not exist`);
      known.history.push({ at: clock.now(), message });
      if (failure === 'lost') throw new ChatError('unavailable', 'the answer was lost');
    },
    async react(ref, reaction) {
      reactions.push({ id: ref.id, reaction });
    },
    async findChannel(wanted) {
      if (channels !== undefined) return channels.includes(wanted) ? wanted : null;
      return wanted === 'nowhere' ? null : wanted;
    },
    latest(index) {
      const message = messages.at(index)?.history.at(-1)?.message;
      if (message === undefined) throw new Error(`There is no message ${index}`);
      return message;
    },
    async say(text, say = {}) {
      last += 1;
      const id = say.id ?? `u${last}`;
      const ref = { port: name, channel: say.channel ?? 'general', id, at: say.at ?? clock.now() };
      await handling().onMessage(incoming(ref, text, say));
      return ref;
    },
    async change(ref, text, by) {
      await handling().onEdit(incoming(ref, text, by === undefined ? {} : { by }));
    },
    async press(id, by = somebody, values) {
      let pressed: Pressed = { form: null, reply: null, acknowledged: false };
      const on = messages.find((one) => hasAction(one, id)) ?? messages.at(-1);
      if (on === undefined) throw new Error('There is no message with a button');
      const action: IncomingAction = {
        id,
        user: by,
        channel: on.channel,
        message: on.ref,
        values: values ?? null,
        async showForm(form) {
          pressed = { ...pressed, form };
        },
        async reply(reply) {
          pressed = { ...pressed, reply };
        },
        async acknowledge() {
          pressed = { ...pressed, acknowledged: true };
        },
      };
      await handling().onAction(action);
      return pressed;
    },
    remove(ref) {
      const index = messages.findIndex((one) => one.ref.id === ref.id);
      if (index >= 0) messages.splice(index, 1);
    },
    fail(method, ...errors) {
      failures[method].push(...errors);
    },
    holdEdits() {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => {
        held = null;
        release();
      };
    },
  };
};

const hasAction = (message: MemoryMessage, id: string): boolean =>
  message.history.at(-1)?.message.actions.some((row) => row.some((action) => action.id === id)) ===
  true;
