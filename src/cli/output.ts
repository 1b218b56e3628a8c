/** stdout is data, stderr the rest. Everything shown passes through here and is made plain. */
import { renderText, type TextStyle } from '../chat/render-text.ts';
import type { Line, OutgoingMessage } from '../chat/port.ts';
import { messageOf } from '../chat/message.ts';
import { plainText } from '../lib/display-text.ts';
import { jsonLine } from '../lib/json.ts';
import type { Failure } from './failure-shape.ts';

export interface Output {
  /** The person asked for JSON. */
  readonly json: boolean;
  /** One JSON value as a line on stdout. */
  value(value: unknown): void;
  /** A message for people on stdout. */
  message(message: OutgoingMessage): void;
  lines(lines: readonly (string | Line)[]): void;
  /** Text as it is (Mermaid, receipts), made plain. */
  raw(text: string): void;
  /** A line for people on stderr. */
  note(line: string | Line): void;
  /** What went wrong: on stderr for people, on stdout for programs. */
  failure(failure: Failure): void;
  /** Questions can be asked. */
  readonly interactive: boolean;
}

export interface OutputOptions {
  readonly json: boolean;
  readonly color: boolean;
  /** Opened when they are first used: Node takes a while for each. */
  readonly streams: {
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
    readonly stdin: { readonly isTTY: boolean };
  };
}

export const createOutput = (options: OutputOptions): Output => {
  const { json, streams } = options;
  const style = (stream: NodeJS.WriteStream): TextStyle => ({
    width: stream.isTTY ? Math.max(40, stream.columns) : 200,
    colour: options.color && stream.isTTY,
    unicode: true,
    now: Date.now(),
  });
  const print = (stream: NodeJS.WriteStream, message: OutgoingMessage): void => {
    for (const row of renderText(message, style(stream))) stream.write(`${row}\n`);
  };
  const linesOf = (lines: readonly (string | Line)[]): OutgoingMessage =>
    messageOf({ text: lines.map((line) => (typeof line === 'string' ? [line] : line)) });

  return {
    json,
    get interactive() {
      return streams.stdin.isTTY && streams.stderr.isTTY;
    },
    value: (value) => void streams.stdout.write(jsonLine(value)),
    message: (message) => print(streams.stdout, message),
    lines: (lines) => print(streams.stdout, linesOf(lines)),
    raw: (text) => void streams.stdout.write(`${plainText(text, { newlines: true }).trimEnd()}\n`),
    note: (line) => print(streams.stderr, linesOf([line])),
    failure(failure) {
      const { code, message, hint, at } = failure;
      if (json) {
        streams.stdout.write(jsonLine({ schema: 'error/1', error: { code, message, hint, at } }));
        return;
      }
      const [first = '', ...rest] = message.split('\n');
      print(
        streams.stderr,
        linesOf([`✗ ${first}`, ...rest, ...(hint === null ? [] : [`→ ${hint}`])]),
      );
    },
  };
};
