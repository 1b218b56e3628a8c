/**
 * A card as an embed. The limits hold by construction: every part takes from one budget of 6000
 * units, and what does not fit is counted in a note.
 */
import { BLANK, cutText, LIMITS } from './limits.ts';
import { moreLines, NOTE_ROOM, renderLine, renderLines } from './render-lines.ts';
import { plainText } from '../../lib/display-text.ts';
import type { APIEmbed, APIEmbedField } from 'discord.js';
import type { Card, Line } from '../port.ts';

/** The embed. `mark` goes to the end of the footer, when there is a footer. */
export const embedOf = (card: Card, mark: string | null): APIEmbed => {
  const title = renderLine([card.title], LIMITS.title).text;
  const footer = footerOf(card.footer, mark);
  const headed = card.sections.findIndex((section) => section.heading !== null);
  const first = headed < 0 ? card.sections : card.sections.slice(0, headed);
  const room = LIMITS.embed - title.length - (footer?.length ?? 0) - NOTE_ROOM;
  const lines = first.flatMap((section, index): readonly Line[] =>
    index === 0 || section.lines.length === 0 ? section.lines : [[], ...section.lines],
  );
  const description = renderLines(lines, Math.min(LIMITS.description, room)).text;
  const fields = headed < 0 ? [] : fieldsOf(card.sections.slice(headed), room - description.length);
  const empty = title === '' && description === '' && fields.length === 0;
  return {
    color: COLOURS[card.tone],
    ...(title === '' ? {} : { title }),
    ...(description === '' && !empty ? {} : { description: description || BLANK }),
    ...(fields.length === 0 ? {} : { fields: [...fields] }),
    ...(footer === null ? {} : { footer: { text: footer } }),
  };
};

const COLOURS = {
  running: 0x3b82f6,
  waiting: 0xf59e0b,
  ok: 0x22c55e,
  warning: 0xeab308,
  failed: 0xef4444,
  neutral: 0x6b7280,
} as const satisfies Record<Card['tone'], number>;

/** Footers are plain text: nothing in them is read as Markdown. */
const footerOf = (footer: string | null, mark: string | null): string | null => {
  if (footer === null || footer === '') return null;
  const end = mark === null ? '' : ` · ${mark}`;
  return `${cutText(plainText(footer), FOOTER - end.length)}${end}`;
};

const FOOTER = 400;

/** A field per section; one that is too long goes on in the next field. */
const fieldsOf = (sections: Card['sections'], most: number): readonly APIEmbedField[] => {
  const fields: APIEmbedField[] = [];
  let room = most;
  let left = 0;
  for (const section of sections) {
    const heading = renderLine([section.heading ?? ''], LIMITS.fieldName).text;
    for (const [index, chunk] of chunksOf(section.lines).entries()) {
      const name = (index === 0 ? heading : '') || BLANK;
      const value = chunk.text || BLANK;
      const fits = fields.length < LIMITS.fields - 1 && name.length + value.length <= room;
      if (left > 0 || !fits) {
        left += chunk.lines;
        continue;
      }
      fields.push({ name, value });
      room -= name.length + value.length;
    }
  }
  return left === 0 ? fields : [...fields, { name: BLANK, value: moreLines(left) }];
};

interface Chunk {
  readonly text: string;
  readonly lines: number;
}

const chunksOf = (lines: readonly Line[]): readonly Chunk[] => {
  const chunks: Chunk[] = [];
  for (const line of lines) {
    const { text } = renderLine(line, LIMITS.fieldValue);
    const last = chunks.at(-1);
    if (last === undefined || last.text.length + 1 + text.length > LIMITS.fieldValue)
      chunks.push({ text, lines: 1 });
    else chunks[chunks.length - 1] = { text: `${last.text}\n${text}`, lines: last.lines + 1 };
  }
  return chunks.length === 0 ? [{ text: '', lines: 0 }] : chunks;
};
