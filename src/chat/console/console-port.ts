/**
 * The chat in a terminal: one person, one channel. Owns reading lines and where things are
 * printed; what is said is the bridge's. On a terminal live cards stay above the half-typed line;
 * otherwise (pipe, TERM=dumb) only changes are appended.
 */
import { createInterface } from 'node:readline';
import { ChatError } from '../port.ts';
import { createChoices } from './choices.ts';
import { createListening } from './listening.ts';
import { changedRows, markedRows, messageRows } from './rows.ts';
import { createTerminal } from './terminal.ts';
import { renderText } from '../render-text.ts';
import type { Choice } from './choices.ts';
import type { Ending } from './finished.ts';
import type { Terminal, TerminalOutput } from './terminal.ts';
import type { TextStyle } from '../render-text.ts';
import type { ChatHandlers, ChatPort, MessageRef, OutgoingMessage } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Completion } from '../../../commands/complete.ts';

export interface ConsoleOptions {
  readonly input: NodeJS.ReadableStream;
  readonly output: TerminalOutput;
  readonly clock: Clock;
  /** A terminal whose cursor can be moved; false for pipes and TERM=dumb. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly unicode: boolean;
  /** The operating-system user. */
  readonly user: { readonly id: string; readonly name: string };
  /** For Tab; absent: nothing is offered. */
  readonly complete?: (line: string, cursor: number) => Promise<Completion>;
  /** Lines typed before, newest first. */
  readonly history?: readonly string[];
  readonly onHistory?: (lines: readonly string[]) => void;
  /** Last words on leaving, such as what goes on. */
  readonly farewell?: () => readonly string[];
}

export interface ConsolePort extends ChatPort {
  /** Lines are carried out, and the prompt shown, from now on. */
  ready(): void;
  /** Prints lines above the prompt: the banner, notes. */
  print(lines: readonly string[]): void;
  /** How the input ended, when it has. */
  readonly ended: Promise<Ending>;
  /** Resolves when every line read so far was carried out. */
  idle(): Promise<void>;
}

/** The console's only channel of its own; other names are shown as marked blocks. */
const CONSOLE_CHANNEL = 'console';

export const createConsolePort = (options: ConsoleOptions): ConsolePort => {
  const { clock, output, interactive } = options;
  const shown = new Map<string, { readonly ref: MessageRef; message: OutgoingMessage }>();
  const byNonce = new Map<string, MessageRef>();
  const choices = createChoices();
  const mark = `c${clock.now().toString(36)}-${process.pid.toString(36)}`;
  let count = 0;
  let handlers: ChatHandlers | null = null;
  let tick: (() => void) | null = null;

  const reader = createInterface({
    input: options.input,
    output: interactive ? output : undefined,
    terminal: interactive,
    prompt: '> ',
    historySize: 500,
    history: [...(options.history ?? [])],
    removeHistoryDuplicates: true,
    completer: (line: string, done: Completer) => void completing(line, done),
  });
  const terminal: Terminal | null = interactive ? createTerminal(output, reader) : null;

  const style = (cut = false): TextStyle => ({
    width: Math.max(20, (output.columns ?? 100) - 1),
    colour: options.colour,
    unicode: options.unicode,
    now: clock.now(),
    cut,
  });

  const print = (rows: readonly string[]): void => {
    if (terminal !== null) terminal.print(rows);
    else for (const row of rows) output.write(`${row}\n`);
  };

  const printMessage = (channel: string, rows: readonly string[]): void => {
    if (rows.length > 0)
      print(channel === CONSOLE_CHANNEL ? rows : markedRows(channel, rows, style()));
  };

  /** Draws the live cards again; every second while there are any, because times go on. */
  const drawLive = (): void => {
    if (terminal === null) return;
    tick?.();
    tick = null;
    const live = [...shown.values()].filter(({ message }) => message.live === true);
    terminal.live(live.flatMap(({ message }) => renderText(message, style(true))));
    if (live.length > 0) tick = clock.after(1000, drawLive);
  };

  const completing = async (line: string, done: Completer): Promise<void> => {
    try {
      const found = await options.complete?.(line, line.length);
      done(null, [[...(found?.candidates ?? [])], line.slice(found?.from ?? line.length)]);
    } catch {
      done(null, [[], line]);
    }
  };

  const nextRef = (channel: string): MessageRef => {
    count += 1;
    return { port: 'console', channel, id: `${mark}-${count}`, at: clock.now() };
  };

  const listening = createListening({
    reader,
    terminal,
    choices,
    author: { ...options.user, roles: [], local: true },
    nextRef: () => nextRef(CONSOLE_CHANNEL),
    style,
    print,
    farewell: options.farewell ?? ((): readonly string[] => []),
  });
  reader.on('history', (lines) => options.onHistory?.(lines));

  const offered = (ref: MessageRef, message: OutgoingMessage): readonly Choice[] =>
    choices.offer(ref, message.live === true ? [] : numbered(message));

  return {
    name: 'console',
    // Where only changes are appended, fewer of them are more.
    features: { edits: true, editableFor: Number.POSITIVE_INFINITY, rateLimited: !interactive },
    ended: listening.ended,
    async start(given) {
      handlers = given;
    },
    async stop() {
      tick?.();
      terminal?.close();
      reader.close();
    },
    ready() {
      terminal?.ready();
      if (handlers !== null) listening.open(handlers);
    },
    print,
    idle: () => listening.idle(),
    async post(channel, message, { nonce }) {
      const known = byNonce.get(nonce);
      if (known !== undefined) return known;
      const ref = nextRef(channel);
      byNonce.set(nonce, ref);
      shown.set(ref.id, { ref, message });
      const rows = messageRows(message, offered(ref, message), style());
      if (message.live === true && interactive) drawLive();
      else printMessage(channel, rows);
      return ref;
    },
    async edit(ref, message) {
      const known = shown.get(ref.id);
      if (known === undefined) throw new ChatError('gone', 'it was said in an earlier session');
      const before = known.message;
      known.message = message;
      const numbers = offered(ref, message);
      if (interactive && (message.live === true || before.live === true)) {
        drawLive();
        if (message.live !== true) print(messageRows(message, numbers, style()));
        return;
      }
      const rows = interactive
        ? messageRows(message, numbers, style())
        : changedRows(before, message, style());
      printMessage(ref.channel, rows);
    },
    react: () => Promise.resolve(),
    findChannel: (name) =>
      Promise.resolve(
        name.startsWith('user:') ? CONSOLE_CHANNEL : name.includes('/') ? null : name,
      ),
  };
};

type Completer = (error: Error | null, result: [string[], string]) => void;

/** Buttons worth a number: those of questions and offers, not those that a verb says as well. */
const numbered = (message: OutgoingMessage): OutgoingMessage['actions'][number] =>
  message.actions.flat().filter((action) => !/:(details|logs|cancel)$/.test(action.id));
