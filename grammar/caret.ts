/**
 * The line that holds a span, and under it a row of carets in *display columns*: wide characters
 * count two, combining ones none, a tab is shown as one space. At most `window` characters are
 * kept on either side of the span's start; `…` marks what was cut. A span that goes on behind the
 * line is marked to the line's end, an empty one gets one caret.
 */
import type { Span } from './diagnostic.ts';

/** Two lines, ready for a fixed-width font. */
export const caretLines = (source: string, span: Span, window = 40): readonly string[] => {
  const start = clamp(span.start, 0, source.length);
  const lineStart = start === 0 ? 0 : source.lastIndexOf('\n', start - 1) + 1;
  const newline = source.indexOf('\n', start);
  const lineEnd = newline < 0 ? source.length : newline;
  const end = clamp(span.end, start, lineEnd);

  const before = [...clusters(source.slice(cutBefore(source, lineStart, start, window), start))];
  const kept = before.slice(Math.max(0, before.length - window));
  const cutLeft = start - lineStart > kept.join('').length;
  const behind = [...clusters(source.slice(start, Math.min(lineEnd, start + window * 16)))];
  const shown = behind.slice(0, window);
  const cutRight = lineEnd - start > shown.join('').length;

  const lead = `${cutLeft ? '…' : ''}${show(kept)}`;
  const marked = [...clusters(source.slice(start, Math.min(end, start + shown.join('').length)))];
  const carets = Math.max(1, displayWidth(show(marked)));
  return [
    `${lead}${show(shown)}${cutRight ? '…' : ''}`.trimEnd(),
    `${' '.repeat(displayWidth(lead))}${'^'.repeat(carets)}`,
  ];
};

/** Columns a text takes in a terminal or a code block. */
export const displayWidth = (text: string): number => {
  if (simple.test(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += clusterWidth(cluster);
  return width;
};

/** What a person takes for one character each, in order. */
export const clusters = (text: string): Iterable<string> =>
  simple.test(text) ? text : segments(text);

function* segments(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

/** Made on first use: that takes longer than a short command. */
let segmenter: Intl.Segmenter | undefined;

/** Characters of one column that never join their neighbours: ASCII, Latin, and the signs that cards are drawn with. */
const simple =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u22ff\u23f8\u2500-\u25fc\u2713-\u2718\u29d7]*$/;

/** Far enough back for `window` clusters, without walking a very long line. */
function cutBefore(source: string, lineStart: number, start: number, window: number): number {
  const from = Math.max(lineStart, start - window * 16);
  const code = source.charCodeAt(from);
  return code >= 0xdc00 && code < 0xe000 && from < start ? from + 1 : from;
}

/** Tabs, returns and other control characters take one column each. */
function show(parts: readonly string[]): string {
  return parts.map((part) => (control.test(part) ? ' ' : part)).join('');
}

const control = /^[\p{Cc}\p{Zl}\p{Zp}]+$/u;
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

function clusterWidth(cluster: string): number {
  const code = cluster.codePointAt(0) ?? 0;
  if (code < 0x300 && cluster.length === 1) return code === 0xad ? 0 : 1;
  if (zeroWidth.test(cluster)) return 0;
  return isWide(code) || isEmoji(cluster) ? 2 : 1;
}

function isEmoji(cluster: string): boolean {
  emoji ??=
    /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{Regional_Indicator}{2}|\ufe0f\u20e3/u;
  return emoji.test(cluster);
}

/** Made on first use, like the segmenter. */
let emoji: RegExp | undefined;

/** East Asian wide and full-width ranges. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return code >= 0x1100 && wideRanges.some(([from, to]) => code >= from && code <= to);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
