/**
 * Lines as Markdown within a limit. What is too long is cut before it is escaped, so a cut never
 * falls into a surrogate pair, an escape, a mention or a code fence.
 */
import { cutAt } from './limits.ts';
import { markdownOf, textOf } from './markdown.ts';
import type { Inline, Line } from '../port.ts';

/** Text within its limit; `left`: lines that are not in it, or not wholly. */
interface Rendered {
  readonly text: string;
  readonly left: number;
}

/** All of `lines` that fits into `max` units, with a note when something does not. */
export const renderLines = (lines: readonly Line[], max: number): Rendered => {
  const whole = lines.map((line) => renderLine(line, max));
  const text = whole.map((line) => line.text).join('\n');
  if (whole.every((line) => line.whole) && text.length <= max) return { text, left: 0 };
  const room = max - NOTE_ROOM;
  const taken: string[] = [];
  let used = 0;
  for (const line of lines) {
    const { text: one, whole: fits } = renderLine(line, room - used);
    if (!fits && room - used < WORTH_CUTTING && taken.length > 0) break;
    if (one !== '' || fits) taken.push(one);
    used += one.length + 1;
    if (!fits || used >= room) break;
  }
  const shown = taken.join('\n');
  const left = Math.max(1, lines.length - taken.length);
  return { text: cutAt(`${shown}\n${moreLines(left)}`, max), left };
};

/** The note that stands for what is left out. */
export const moreLines = (count: number): string =>
  `… cut: ${count} more line${count === 1 ? '' : 's'}`;

/** Room for the note and its line break. */
export const NOTE_ROOM = 40;
const WORTH_CUTTING = 200;

/** One line in at most `max` units. */
export const renderLine = (
  line: Line,
  max: number,
): { readonly text: string; readonly whole: boolean } => {
  const dim = line.length > 0 && line.every(isDim) && line.some((part) => textOf(part) !== '');
  let out = dim ? '-# ' : '';
  for (const part of dim ? line.map(undressed) : line) {
    const before = glue(out, part);
    const atStart = out === '' || (out + before).endsWith('\n');
    const text = textOf(part);
    const full = text === null || text.length <= max ? markdownOf(part, text ?? '', atStart) : null;
    const joined = full === null ? null : join(out, before, full);
    if (joined !== null && joined.length <= max) {
      out = joined;
      continue;
    }
    const room = max - out.length - before.length - 1;
    return {
      text: out + before + (text === null ? '' : fit(part, text, room, atStart)),
      whole: false,
    };
  }
  return { text: out, whole: out.length <= max };
};

const isDim = (part: Inline): boolean =>
  typeof part === 'string' ? part.trim() === '' : part.type === 'dim';

/** A wholly dim line is subtext, so its parts need no dress of their own. */
const undressed = (part: Inline): Inline =>
  typeof part !== 'string' && part.type === 'dim' ? part.text.replaceAll('\n', ' ') : part;

/** Preformatted text is on lines of its own. */
const glue = (out: string, next: Inline): string => {
  if (out === '' || out.endsWith('\n')) return '';
  const pre = typeof next !== 'string' && next.type === 'pre';
  return pre || out.endsWith('```') ? '\n' : '';
};

/** Marks that touch would be read as one. */
const join = (out: string, before: string, next: string): string => {
  const touching = before === '' && /[*`]$/.test(out) && out.at(-1) === next[0];
  return out + before + (touching ? '\u200b' : '') + next;
};

/** The longest beginning of `text` that fits, dressed as the part is. */
const fit = (part: Inline, text: string, room: number, atStart: boolean): string => {
  const shown = (length: number): string => markdownOf(part, `${cutAt(text, length)}…`, atStart);
  let low = 0;
  let high = Math.min(text.length, Math.max(0, room));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (shown(middle).length <= room) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : shown(low);
};
