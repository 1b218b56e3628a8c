/**
 * One piece of text as Discord's Markdown. Plain strings are shown literally: whatever Discord
 * would read as formatting, a mention, a time or a link with another text is escaped.
 */
import { isSnowflake } from './snowflake.ts';
import { plainText } from '../../lib/display-text.ts';
import type { Inline } from '../port.ts';

/** The part's own text, free of control characters; null when it is all or nothing. */
export const textOf = (part: Inline): string | null => {
  if (typeof part === 'string') return plainText(part, { newlines: true });
  switch (part.type) {
    case 'strong':
    case 'dim':
    case 'pre':
      return plainText(part.text, { newlines: true });
    case 'code':
      return plainText(part.text);
    default:
      return null;
  }
};

/** The part with `text` (its own, perhaps shortened) as Markdown. `atStart`: it begins a line. */
export const markdownOf = (part: Inline, text: string, atStart: boolean): string => {
  if (typeof part === 'string') return escapeMarkdown(text, atStart);
  switch (part.type) {
    case 'strong':
      return wrapped(text, '**', atStart);
    case 'dim':
      return wrapped(text, '*', atStart);
    case 'code':
      return codeSpan(text);
    case 'pre':
      return `\`\`\`\n${apart(text)}\n\`\`\``;
    case 'time':
      return `<t:${Math.floor(part.at / 1000)}:${part.style === 'relative' ? 'R' : 'f'}>`;
    default: {
      if (!isSnowflake(part.id)) return escapeMarkdown(`@${part.id}`, atStart);
      return part.type === 'user' ? `<@${part.id}>` : `<@&${part.id}>`;
    }
  }
};

/** `text` so that it is shown as it is. Addresses stay whole: a back-slash would become a part of them. */
export const escapeMarkdown = (text: string, atStart = true): string =>
  text
    .split(ADDRESS)
    .map((piece, index) => (index % 2 === 1 ? piece : escapePiece(piece, atStart && index === 0)))
    .join('');

const ADDRESS = /(https?:\/\/[\w.~/?#=&%:+-]*[\w/])/;

const escapePiece = (text: string, atStart: boolean): string => {
  const inline = text.replace(/[\\*_~`|[\]()<>]/g, '\\$&');
  // Headings, subtext, lists and numbered lists are such only where a line begins.
  return inline.replace(
    /(^|\n)([ \t]*)(#{1,3}|[-+]|\d+(?=\.))/g,
    (whole, before: string, space: string, mark: string, offset: number) => {
      if (offset === 0 && before === '' && !atStart) return whole;
      return /^\d/.test(mark) ? `${before}${space}${mark}\\` : `${before}${space}\\${mark}`;
    },
  );
};

/** Spaces go outside: a mark beside a space is not read as one. */
const wrapped = (text: string, mark: string, atStart: boolean): string => {
  const inner = text.trim();
  if (inner === '') return text;
  const start = text.indexOf(inner);
  const escaped = escapeMarkdown(inner, atStart && start === 0).replaceAll('\n', ' ');
  return `${text.slice(0, start)}${mark}${escaped}${mark}${text.slice(start + inner.length)}`;
};

const codeSpan = (text: string): string => {
  if (text.trim() === '') return '` `';
  if (!text.includes('`')) return `\`${text}\``;
  return `\`\` ${apart(text)} \`\``;
};

/** Back-ticks that touch would end the code; a zero-width space keeps them apart. */
const apart = (text: string): string => text.replace(/`(?=`)/g, '`\u200b');
