/** Files of a message as attachments within Discord's sizes; what had to be cut is said. */
import { LIMITS } from './limits.ts';
import { plainText } from '../../lib/display-text.ts';
import type { AttachmentPayload } from 'discord.js';
import type { OutgoingMessage } from '../port.ts';

export interface RenderedFiles {
  readonly files: AttachmentPayload[];
  /** A line for each file that is not whole. */
  readonly notes: readonly string[];
}

export const filesOf = (wanted: OutgoingMessage['files']): RenderedFiles => {
  const files: AttachmentPayload[] = [];
  const notes: string[] = [];
  let room: number = LIMITS.filesBytes;
  for (const { name, data } of wanted) {
    const shown = fileName(name);
    const whole = Buffer.from(data, 'utf8');
    const most = Math.min(LIMITS.fileBytes, room);
    if (files.length === LIMITS.files || most < LEAST) {
      notes.push(`${shown} is not attached: the message holds no more`);
      continue;
    }
    const attachment = whole.length <= most ? whole : cutBytes(whole, most);
    if (attachment !== whole) {
      notes.push(`${shown} is cut: ${attachment.length} of ${whole.length} bytes are attached`);
    }
    files.push({ attachment, name: attachment === whole ? shown : `${shown}.part` });
    room -= attachment.length;
  }
  return { files, notes };
};

const LEAST = 1024;

const fileName = (name: string): string => {
  const last = plainText(name)
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/[:*?"<>|]/g, '_')
    .slice(-100);
  return last === undefined || last === '' ? 'file.txt' : last;
};

/** The first `most` bytes, or a few less where that would split a character. */
const cutBytes = (bytes: Buffer, most: number): Buffer => {
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
};
