/**
 * What happens with a message: read, acknowledged, carried out, answered. Owns which messages
 * were seen, whose mistakes can still be mended, and what the buttons under them stand for.
 */
import { printActionId } from './action-id.ts';
import { messageOf, textMessage } from './message.ts';
import { createRemembered } from './remembered.ts';
import { renderReply } from './render-reply.ts';
import { identityOf, runOfMessage } from './who-and-what.ts';
import { mistakeOf } from '../../commands/mistake.ts';
import { runLine } from '../../commands/run-line.ts';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import type { ChatPort, IncomingMessage, MessageRef, OutgoingMessage } from './port.ts';
import type { SessionLog } from './session.ts';
import type { BridgeOptions } from './bridge-options.ts';
import type { Reply } from '../../commands/command.ts';
import type { RunView } from '../engine/view.types.ts';

export interface MessageHandler {
  onMessage(port: ChatPort, message: IncomingMessage): Promise<void>;
  onEdit(port: ChatPort, message: IncomingMessage): Promise<void>;
  /** What a *Run corrected* or *Run it now* button stands for, while that is known. */
  offer(token: string): Offer | null;
  /** Takes the offer: carries its line out for its author. */
  accept(token: string, offer: Offer): Promise<void>;
}

/** A line that runs when its author says so. */
interface Offer {
  readonly port: ChatPort;
  readonly message: IncomingMessage;
  readonly text: string;
}

export type MessageHandlerOptions = BridgeOptions & {
  readonly sessions: ReadonlyMap<string, SessionLog>;
  refresh(view: RunView, urgent: boolean): void;
};

/** Age (ms) up to which a missed message is carried out without asking. */
const FRESH = 600_000;
/** How long (ms) a mistake can be mended by editing. */
const MENDABLE = 120_000;
const OFFERED = 3_600_000;

export const createMessageHandler = (options: MessageHandlerOptions): MessageHandler => {
  const { engine, clock, logger, prefix, sources, sessions } = options;
  const seen = createRemembered<true>(clock, 86_400_000, 5000);
  const mistakes = createRemembered<{ readonly reply: MessageRef | null }>(clock, MENDABLE);
  const offers = createRemembered<Offer>(clock, OFFERED);
  let tokens = 0;

  const offerToken = (offer: Offer): string => {
    tokens += 1;
    const token = `${clock.now().toString(36)}${tokens.toString(36)}`;
    offers.set(token, offer);
    return token;
  };

  const parse = (message: IncomingMessage, text: string): ReturnType<typeof parseCommandLine> => {
    const aboutRun = message.replyTo !== null && runOfMessage(engine, message.replyTo) !== null;
    return parseCommandLine(text, {
      prefixes: [prefix, ...message.mentions],
      prefixOptional: message.author.local || aboutRun,
    });
  };

  const answerTo = async (
    port: ChatPort,
    message: IncomingMessage,
    text: string,
  ): Promise<Reply | null> => {
    const parsed = parse(message, text);
    if (parsed.kind === 'none') return null;
    if (parsed.kind === 'mistake') {
      return { type: 'mistake', mistake: mistakeOf(text, parsed.problems, parsed.line?.span) };
    }
    const { ref, author, replyTo, attachments } = message;
    return runLine({
      line: parsed.line,
      identity: identityOf(author, ref.channel),
      engine,
      prefix,
      key: `${port.name}:${ref.id}`,
      origin: {
        port: port.name,
        channel: ref.channel,
        message: ref.id,
        user: author.id,
        at: ref.at,
      },
      replyTo: replyTo === null ? null : (runOfMessage(engine, replyTo)?.run ?? null),
      attachments,
      now: clock.now(),
      sources,
    });
  };

  /** How often each message was answered, by its id. */
  const answers = createRemembered<number>(clock, ANSWERABLE);

  const react = (
    port: ChatPort,
    ref: MessageRef,
    reaction: Parameters<ChatPort['react']>[1],
  ): void => {
    port.react(ref, reaction).catch((error: unknown) => {
      logger.debug({ code: 'CHAT_REACT', port: port.name, error }, 'reaction not set');
    });
  };

  /** The first answer to a message is one message however often it is posted; later ones are others. */
  const answerNonce = ({ id }: MessageRef): string => {
    const count = (answers.get(id) ?? 0) + 1;
    answers.set(id, count);
    return `r${id}${count === 1 ? '' : `-${count}`}`.slice(-25);
  };

  /** Says `message` under the person's, in place of `earlier` when there is one. */
  const say = async (
    port: ChatPort,
    to: MessageRef,
    message: OutgoingMessage,
    earlier: MessageRef | null,
  ): Promise<MessageRef | null> => {
    try {
      if (earlier !== null) {
        await port.edit(earlier, message);
        return earlier;
      }
      const nonce = answerNonce(to);
      return await port.post(to.channel, message, { nonce, replyTo: to });
    } catch (error) {
      logger.error({ code: 'CHAT_REPLY', port: port.name, error }, 'an answer was not posted');
      return earlier;
    }
  };

  /** Carries out `text` for the author of `message` and answers. */
  const handle = async (
    port: ChatPort,
    message: IncomingMessage,
    text: string,
    earlier: MessageRef | null,
  ): Promise<void> => {
    const { ref } = message;
    const id = `${port.name}:${ref.id}`;
    let reply: Reply | null;
    try {
      reply = await answerTo(port, message, text);
    } catch (error) {
      logger.error({ code: 'CHAT_COMMAND', message: id, error }, 'a command broke');
      sessions.get(port.name)?.answered({ type: 'refused', rejection: broken });
      await say(port, ref, textMessage(`${broken.code} ${broken.message}`), earlier);
      return;
    }
    if (reply === null) return;
    sessions.get(port.name)?.answered(reply);
    if (reply.type === 'started') {
      mistakes.delete(id);
      options.refresh(reply.view, true);
      if (earlier !== null)
        await say(port, ref, textMessage(`Mended: ${reply.view.handle} runs.`), earlier);
      return;
    }
    if (reply.type === 'mistake') react(port, ref, 'mistake');
    if (reply.type === 'refused') react(port, ref, 'refused');
    const corrected = reply.type === 'mistake' ? reply.mistake.corrected : null;
    const token = corrected === null ? null : offerToken({ port, message, text: corrected });
    const rendered = renderReply(reply, clock.now(), token);
    if (rendered === null) return;
    const said = await say(port, ref, rendered, earlier);
    if (reply.type === 'mistake') mistakes.set(id, { reply: said });
    else mistakes.delete(id);
  };

  /** A message from long ago is not simply carried out. */
  const ask = async (port: ChatPort, message: IncomingMessage): Promise<void> => {
    const token = offerToken({ port, message, text: message.text });
    const question = messageOf({
      text: [
        [
          'I was away when this was written (',
          { type: 'time', at: message.ref.at, style: 'relative' },
          '). Run it now?',
        ],
      ],
      actions: [
        [{ id: printActionId({ type: 'stale', token }), label: 'Run it now', style: 'primary' }],
      ],
    });
    await say(port, message.ref, question, null);
  };

  return {
    async onMessage(port, message) {
      const id = `${port.name}:${message.ref.id}`;
      if (seen.get(id) !== null || parse(message, message.text).kind === 'none') return;
      seen.set(id, true);
      if (message.missed && clock.now() - message.ref.at > FRESH) return ask(port, message);
      react(port, message.ref, 'seen');
      await handle(port, message, message.text, null);
    },
    async onEdit(port, message) {
      const id = `${port.name}:${message.ref.id}`;
      const mistake = mistakes.get(id);
      if (mistake !== null) await handle(port, message, message.text, mistake.reply);
    },
    offer: (token) => offers.get(token),
    async accept(token, { port, message, text }) {
      offers.delete(token);
      await handle(port, message, text, null);
    },
  };
};

const broken = {
  type: 'rejected',
  kind: 'refused',
  code: 'CHAT_COMMAND',
  message: 'Something broke here, not in your line. It is in the log; try again, or ask the owner.',
  hint: null,
} as const;

/** ms for which a message may get further answers: as long as offers to it stand. */
const ANSWERABLE = 24 * 60 * 60_000;
