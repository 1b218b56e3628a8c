/**
 * What the person at the terminal types: lines, numbers of choices, answers to a form, Ctrl-C.
 * Owns the reading side; lines are carried out one after the other, from `open` on.
 */
import { createSerialQueue } from '../../lib/serial-queue.ts';
import { createDialog } from './dialog.ts';
import { messageRows } from './rows.ts';
import type { Interface } from 'node:readline';
import type { Choices } from './choices.ts';
import type { Dialog } from './dialog.ts';
import type { Ending } from './finished.ts';
import type { Terminal } from './terminal.ts';
import type { TextStyle } from '../render-text.ts';
import type { ChatHandlers, ChatUser, Form, MessageRef } from '../port.ts';

export interface Listening {
  /** Lines are carried out from now on, for `handlers`. */
  open(handlers: ChatHandlers): void;
  readonly ended: Promise<Ending>;
  /** Resolves when every line read so far was carried out. */
  idle(): Promise<void>;
}

export interface ListeningOptions {
  readonly reader: Interface;
  readonly terminal: Terminal | null;
  readonly choices: Choices;
  readonly author: ChatUser;
  /** A reference for the next line that was typed. */
  readonly nextRef: () => MessageRef;
  readonly style: () => TextStyle;
  readonly print: (rows: readonly string[]) => void;
  /** Last words on leaving by hand. */
  readonly farewell: () => readonly string[];
}

export const createListening = (options: ListeningOptions): Listening => {
  const { reader, terminal, choices, author, nextRef, style, print, farewell } = options;
  const queue = createSerialQueue();
  let asking: {
    readonly form: Form;
    readonly dialog: Dialog;
    readonly message: MessageRef;
  } | null = null;
  let open = (_handlers: ChatHandlers): void => undefined;
  const opened = new Promise<ChatHandlers>((resolve) => {
    open = resolve;
  });
  let end = (_how: Ending): void => undefined;
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });

  const act = async (
    id: string,
    message: MessageRef,
    values: Readonly<Record<string, string>> | null,
  ): Promise<void> => {
    const handlers = await opened;
    await handlers.onAction({
      id,
      user: author,
      channel: message.channel,
      message,
      values,
      async showForm(form) {
        asking = { form, dialog: createDialog(form), message };
        ask();
      },
      async reply(reply) {
        print(messageRows(reply, [], style()));
      },
      acknowledge: () => Promise.resolve(),
    });
  };

  /** Shows the prompt that fits: the form's question, else the usual one. */
  const ask = (): void => {
    reader.setPrompt(asking === null ? '> ' : asking.dialog.prompt());
    print(terminal === null && asking !== null ? [asking.dialog.prompt()] : []);
  };

  const answer = async (text: string): Promise<void> => {
    if (asking === null) return;
    const { form, message, dialog } = asking;
    const values = dialog.answer(text);
    if (values !== null) asking = null;
    ask();
    if (values !== null) await act(form.id, message, values);
  };

  const read = async (line: string): Promise<void> => {
    const handlers = await opened;
    if (asking !== null) return answer(line);
    const text = line.trim();
    if (text === '') return;
    if (text === 'exit' || text === 'quit') return leave('end');
    const choice = /^\d{1,3}$/.test(text) ? choices.find(Number(text)) : null;
    if (choice !== null) return act(choice.action.id, choice.message, null);
    await handlers.onMessage({
      ref: nextRef(),
      author,
      text: line,
      mentions: [],
      replyTo: null,
      missed: false,
      attachments: [],
    });
  };

  const leave = (how: Ending): void => {
    if (how === 'interrupt' || terminal !== null) print(farewell());
    end(how);
  };

  reader.on('line', (line) => {
    terminal?.entered(line);
    queue.run(() => read(line)).catch(() => undefined);
  });
  reader.on('close', () => void queue.run(() => leave('end')));
  reader.on('SIGINT', () => {
    if (asking !== null) {
      asking = null;
      ask();
    } else if (reader.line === '') {
      leave('interrupt');
    } else {
      reader.write(null, { ctrl: true, name: 'e' });
      reader.write(null, { ctrl: true, name: 'u' });
    }
  });

  return { open: (handlers) => open(handlers), ended, idle: () => queue.idle() };
};
