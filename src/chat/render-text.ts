/**
 * A message as terminal lines, shared by the console and the CLI: width-aware, every piece of
 * text made plain first, colour never the only sign.
 */
import { displayWidth } from '../../grammar/caret.ts';
import { plainText } from '../lib/display-text.ts';
import { elapsed } from './card/elapsed.ts';
import { statusIcons } from './status-icons.ts';
import { cutWidth, wrapText } from './wrap-text.ts';
import type { Card, Inline, Line, OutgoingMessage } from './port.ts';
import type { Tone } from './status-icons.ts';

/** What the terminal can do. */
export interface TextStyle {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  /** Icons and bars as drawn; otherwise their ASCII fallback. */
  readonly unicode: boolean;
  /** ms since the epoch, for relative times. */
  readonly now: number;
  /** Long lines are cut instead of wrapped: one line is one row. Default false. */
  readonly cut?: boolean;
}

/** Lines of text and card; buttons and files are the adapter's. */
export const renderText = (message: OutgoingMessage, style: TextStyle): readonly string[] => [
  ...message.text.flatMap((line) => lineText(line, style, '')),
  ...(message.card === null ? [] : cardText(message.card, style)),
];

/** One line; several rows when it is wrapped or holds preformatted text. */
export const lineText = (line: Line, style: TextStyle, indent: string): readonly string[] => {
  const rows: string[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain.trim() !== '') rows.push(...fit(`${indent}${plain}`, style));
    plain = '';
  };
  for (const part of line) {
    if (typeof part !== 'string' && part.type === 'pre') {
      flush();
      for (const row of plainText(part.text, { newlines: true }).split('\n')) {
        rows.push(paint(cutWidth(`${indent}  ${row}`, style.width), 'dim', style));
      }
    } else {
      plain += inlineText(part, style.now);
    }
  }
  flush();
  if (rows.length === 0) return [''];
  const dim =
    line.length > 0 && line.every((part) => typeof part !== 'string' && part.type === 'dim');
  return rows.map((row) => (dim ? paint(drawn(row, style), 'dim', style) : dress(row, style)));
};

const cardText = (card: Card, style: TextStyle): readonly string[] => {
  const title = drawn(cutWidth(plainText(card.title), style.width), style);
  const rows = [paint(title, card.tone, style, true)];
  for (const section of card.sections) {
    if (section.heading !== null) {
      rows.push(paint(`  ${cutWidth(plainText(section.heading), style.width - 2)}:`, 'dim', style));
    }
    for (const line of section.lines) rows.push(...lineText(line, style, '  '));
  }
  if (card.footer !== null) {
    rows.push(
      paint(drawn(cutWidth(`  ${plainText(card.footer)}`, style.width), style), 'dim', style),
    );
  }
  return rows;
};

const inlineText = (part: Inline, now: number): string => {
  if (typeof part === 'string') return plainText(part);
  switch (part.type) {
    case 'time':
      return part.style === 'time' ? new Date(part.at).toISOString() : relative(part.at - now);
    case 'user':
      // The operating-system user of this machine needs no scheme in front of the name.
      return `@${plainText(part.id.replace(/^os:/, ''))}`;
    case 'role':
      return `@${plainText(part.id)}`;
    default:
      return plainText(part.text);
  }
};

const relative = (ms: number): string => {
  if (Math.abs(ms) < 1000) return 'now';
  const whole = Math.floor(Math.abs(ms) / 1000) * 1000;
  return ms < 0 ? `${elapsed(whole)} ago` : `in ${elapsed(whole)}`;
};

const fit = (text: string, style: TextStyle): readonly string[] =>
  style.cut === true ? [cutWidth(text, style.width)] : wrapText(text, style.width);

/** Colours the icon and word at the start of a row, if there is one. */
const dress = (row: string, style: TextStyle): string => {
  const body = row.trimStart();
  const icon = ICONS.find((one) => body.startsWith(`${one.icon} ${one.word}`));
  if (icon === undefined) return drawn(row, style);
  const lead = row.slice(0, row.length - body.length);
  const mark = `${icon.icon} ${icon.word}`;
  const shown = style.unicode ? mark : `${icon.ascii} ${icon.word}`;
  return `${lead}${paint(shown, icon.tone, style)}${drawn(body.slice(mark.length), style)}`;
};

/** Longest words first, so that `done with errors` is not taken for `done`. */
const ICONS = Object.values(statusIcons).toSorted((a, b) => b.word.length - a.word.length);

/** Without Unicode: icons, bars, dots and arrows in ASCII. */
const drawn = (text: string, style: TextStyle): string => {
  if (style.unicode) return text;
  let ascii = text;
  for (const icon of ICONS) {
    ascii = ascii.replaceAll(`${icon.icon} ${icon.word}`, `${icon.ascii} ${icon.word}`);
  }
  return ascii.replace(/[\u0080-\uffff]/g, (character) => ASCII.get(character) ?? character);
};

const ASCII: ReadonlyMap<string, string> = new Map([
  ['█', '#'],
  ['░', '.'],
  ['·', '-'],
  ['→', '>'],
  ['…', '.'],
  ['•', '*'],
  ['×', 'x'],
  ['▌', '|'],
  ['✓', '+'],
  ['✗', 'x'],
  ['⏸', '?'],
  ['\u2003', '  '],
  ['⧗', 'S'],
]);

const paint = (text: string, tone: Tone | 'dim', style: TextStyle, bold = false): string =>
  style.colour && text !== ''
    ? `\u001b[${bold ? '1;' : ''}${COLOURS[tone]}m${text}\u001b[0m`
    : text;

const COLOURS = {
  running: 36,
  waiting: 33,
  ok: 32,
  warning: 33,
  failed: 31,
  neutral: 37,
  dim: 2,
} as const satisfies Record<Tone | 'dim', number>;

/** Columns of a row, colour codes not counted. */
export const rowWidth = (row: string): number => displayWidth(plainText(row));
