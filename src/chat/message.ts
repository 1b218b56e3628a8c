/** Building messages without spelling out every empty part. */
import type { Inline, Line, OutgoingMessage } from './port.ts';

/** A message with what is given; everything else is empty. */
export const messageOf = (parts: Partial<OutgoingMessage>): OutgoingMessage => ({
  text: [],
  card: null,
  actions: [],
  files: [],
  ping: { users: [], roles: [] },
  ...parts,
});

/** A message of plain lines. */
export const textMessage = (...lines: readonly (string | Line)[]): OutgoingMessage =>
  messageOf({ text: lines.map((line) => (typeof line === 'string' ? [line] : line)) });

/** The words of a line, without their dress. */
export const plainLine = (line: Line): string => line.map(plainPart).join('');

const plainPart = (part: Inline): string => {
  if (typeof part === 'string') return part;
  switch (part.type) {
    case 'time':
      return new Date(part.at).toISOString();
    case 'user':
    case 'role':
      return `@${part.id}`;
    default:
      return part.text;
  }
};
