/**
 * What every chat port promises the bridge. Run against the memory port and every network's
 * adapter (behind a server that plays the network).
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatError } from '../../src/chat/port.ts';
import type {
  ChatHandlers,
  ChatPort,
  Form,
  IncomingAction,
  IncomingMessage,
  MessageRef,
  OutgoingMessage,
} from '../../src/chat/port.ts';
import { messageOf, textMessage } from '../../src/chat/message.ts';

/** A port, and the network behind it as people see it. */
export interface ChatPortBench {
  readonly port: ChatPort;
  /** A channel that can be posted to. */
  readonly channel: string;
  /** A user id and a role id that exist. */
  readonly user: string;
  readonly role: string;
  /** Texts of the channel's messages by the bot, oldest first, as a person reads them. */
  texts(): Promise<readonly string[]>;
  /** Who the last message by the bot pinged. */
  pinged(): Promise<{ readonly users: readonly string[]; readonly roles: readonly string[] }>;
  /** A person writes; resolves when it was sent. */
  say(text: string): Promise<MessageRef>;
  change(ref: MessageRef, text: string): Promise<void>;
  remove(ref: MessageRef): Promise<void>;
  /** A person presses the button with this label; what they were shown. */
  press(label: string): Promise<{ readonly form: Form | null; readonly reply: string | null }>;
  /** A person fills in the form they were shown. */
  submit(values: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until `condition` holds. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/** Runs the contract on what `open` opens; the port is not started yet. */
export const chatPortContract = (name: string, open: () => Promise<ChatPortBench>): void => {
  describe(`chat port: ${name}`, () => {
    let bench: ChatPortBench;
    let messages: IncomingMessage[];
    let edits: IncomingMessage[];
    let actions: IncomingAction[];
    let answer: (action: IncomingAction) => Promise<void>;

    beforeEach(async () => {
      messages = [];
      edits = [];
      actions = [];
      answer = (action) => action.acknowledge();
      bench = await open();
      const handlers: ChatHandlers = {
        async onMessage(message) {
          messages.push(message);
        },
        async onEdit(message) {
          edits.push(message);
        },
        async onAction(action) {
          actions.push(action);
          await answer(action);
        },
        onConnection: () => undefined,
      };
      await bench.port.start(handlers);
    });

    afterEach(async () => {
      await bench.port.stop();
      await bench.close();
    });

    const post = (message: OutgoingMessage, nonce: string): Promise<MessageRef> =>
      bench.port.post(bench.channel, message, { nonce, replyTo: null });

    it('posts, and says where', async () => {
      const ref = await post(textMessage('one'), 'n1');
      expect(ref).toMatchObject({ port: bench.port.name, channel: bench.channel });
      expect((await bench.texts()).at(-1)).toContain('one');
    });

    it('makes a repeated nonce one message', async () => {
      const first = await post(textMessage('once'), 'n2');
      const again = await post(textMessage('once'), 'n2');
      expect(again.id).toBe(first.id);
      expect((await bench.texts()).filter((text) => text.includes('once'))).toHaveLength(1);
    });

    it('edits in place', async () => {
      const ref = await post(textMessage('before'), 'n3');
      await bench.port.edit(ref, textMessage('after'));
      const texts = await bench.texts();
      expect(texts.at(-1)).toContain('after');
      expect(texts.some((text) => text.includes('before'))).toBe(false);
    });

    it('says gone when the message was deleted', async () => {
      const ref = await post(textMessage('short life'), 'n4');
      await bench.remove(ref);
      const error = await bench.port.edit(ref, textMessage('x')).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ChatError);
      expect(error).toMatchObject({ code: 'gone', retryable: false });
    });

    it('pings whom it is told to, nobody else, and nobody by an edit', async () => {
      const ping = { users: [bench.user], roles: [bench.role] };
      const ref = await post(messageOf({ text: [['@everyone look']], ping }), 'n5');
      expect(await bench.pinged()).toEqual(ping);
      await post(textMessage(`<@${bench.user}> @everyone`), 'n6');
      expect(await bench.pinged()).toEqual({ users: [], roles: [] });
      await bench.port.edit(ref, messageOf({ text: [['again']], ping }));
    });

    it('hears messages and edits', async () => {
      const ref = await bench.say('@workflow ping');
      await bench.until(() => messages.length === 1);
      expect(messages[0]).toMatchObject({ text: '@workflow ping', missed: false });
      expect(messages[0]?.ref.id).toBe(ref.id);
      await bench.change(ref, '@workflow help');
      await bench.until(() => edits.length === 1);
      expect(edits[0]?.text).toBe('@workflow help');
      await bench.port.react(ref, 'seen');
    });

    it('carries a press, and shows the answer to who pressed', async () => {
      answer = (action) => action.reply(textMessage('only you'));
      const button = { id: 'a:run:details', label: 'Details', style: 'neutral' } as const;
      const ref = await post(messageOf({ text: [['card']], actions: [[button]] }), 'n7');
      const shown = await bench.press('Details');
      expect(shown.reply).toContain('only you');
      expect(actions[0]).toMatchObject({ id: 'a:run:details', values: null });
      expect(actions[0]?.message.id).toBe(ref.id);
      expect((await bench.texts()).some((text) => text.includes('only you'))).toBe(false);
    });

    it('asks by a form, and brings its values', async () => {
      const field = { name: 'reason', label: 'Reason', required: true, long: true };
      answer = (action) =>
        action.values === null
          ? action.showForm({ id: 'a:run:form', title: 'Why?', fields: [field] })
          : action.acknowledge();
      const button = { id: 'a:run:ask', label: 'Abort', style: 'danger' } as const;
      await post(messageOf({ text: [['question']], actions: [[button]] }), 'n8');
      const shown = await bench.press('Abort');
      expect(shown.form).toMatchObject({ id: 'a:run:form', title: 'Why?' });
      await bench.submit({ reason: 'because' });
      await bench.until(() => actions.length === 2);
      expect(actions[1]).toMatchObject({ id: 'a:run:form', values: { reason: 'because' } });
    });

    it('knows no channel of a name that does not exist', async () => {
      expect(await bench.port.findChannel('nowhere')).toBeNull();
    });
  });
};
