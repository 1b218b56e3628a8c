/** Messages as rows of the console. */
import { lineText, renderText } from '../render-text.ts';
import { wrapText } from '../wrap-text.ts';
import type { Choice } from './choices.ts';
import type { Line, OutgoingMessage } from '../port.ts';
import type { TextStyle } from '../render-text.ts';

/** A whole message: text, card, files, numbered buttons. */
export const messageRows = (
  message: OutgoingMessage,
  choices: readonly Choice[],
  style: TextStyle,
): readonly string[] => [
  ...renderText(message, style),
  ...message.files.map(
    (file) => `  attached: ${file.name} (${Buffer.byteLength(file.data)} bytes)`,
  ),
  ...choiceRows(choices, style),
];

/** A message for another channel than the console's own, as a marked block. */
export const markedRows = (
  channel: string,
  rows: readonly string[],
  style: TextStyle,
): readonly string[] => {
  const mark = style.unicode ? '▌' : '|';
  return [
    `${mark} ${channel.startsWith('#') ? channel : `#${channel}`}`,
    ...rows.map((row) => `${mark} ${row}`),
  ];
};

/**
 * What is new in `next`, for terminals that only append: lines that were not in `before`, without
 * what changes by itself (times, bars).
 */
export const changedRows = (
  before: OutgoingMessage,
  next: OutgoingMessage,
  style: TextStyle,
): readonly string[] => {
  const old = new Set(linesOf(before).map((line) => JSON.stringify(line)));
  const title = next.card?.title ?? '';
  const tag = title.split(' · ').at(-1) ?? '';
  const rows: string[] = [];
  if (title !== '' && title !== before.card?.title) rows.push(...lineText([title], style, ''));
  for (const line of linesOf(next)) {
    if (old.has(JSON.stringify(line))) continue;
    rows.push(...lineText([`${tag} `, ...line], style, '').filter((row) => row !== ''));
  }
  return rows;
};

const choiceRows = (choices: readonly Choice[], style: TextStyle): readonly string[] => {
  if (choices.length === 0) return [];
  const options = choices.map((choice) => `${choice.number}) ${choice.action.label}`).join('   ');
  return wrapText(`  ${options}   (type a number)`, style.width);
};

const linesOf = (message: OutgoingMessage): readonly Line[] =>
  [...message.text, ...(message.card?.sections.flatMap((section) => section.lines) ?? [])]
    .map(withoutTimes)
    .filter((line) => !line.some((part) => typeof part === 'string' && /[█░]/.test(part)));

/** A line without its times; the dot that would be left between two others goes with them. */
const withoutTimes = (line: Line): Line =>
  line
    .filter((part) => typeof part === 'string' || part.type !== 'time')
    .filter((part, at, parts) => !(part === ' · ' && parts[at + 1] === ' · '));
