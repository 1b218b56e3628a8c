/** Text of attached files: from Discord's own hosts only, small, and not for long. */
import { reasonOf } from './errors.ts';
import { ChatError } from '../port.ts';
import type { Attachment } from 'discord.js';
import type { IncomingMessage } from '../port.ts';

/** Largest file that is read, in bytes. */
const MOST = 256 * 1024;
const TIMEOUT = 10_000;
const HOSTS = ['cdn.discordapp.com', 'media.discordapp.net'];

/** `api`: the address of another Discord, whose host serves its files. */
export const attachmentOf = (
  { name, size, url }: Attachment,
  api: string | null,
): IncomingMessage['attachments'][number] => ({
  name,
  size,
  async text() {
    if (size > MOST) throw tooLarge(name);
    if (!isTrusted(url, api)) {
      throw new ChatError('forbidden', `The attachment ${name} is not on a host of Discord`);
    }
    try {
      const signal = AbortSignal.timeout(TIMEOUT);
      const response = await fetch(url, { signal, redirect: 'error' });
      if (response.status === 403 || response.status === 404) {
        throw new ChatError('gone', `The attachment ${name} has expired; send it again`);
      }
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return await readText(response, name);
    } catch (error) {
      if (error instanceof ChatError) throw error;
      throw new ChatError(
        'unavailable',
        `The attachment ${name} cannot be fetched: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  },
});

const isTrusted = (url: string, api: string | null): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  if (api !== null && new URL(api).host === host) return true;
  return protocol === 'https:' && HOSTS.includes(host);
};

const readText = async (response: Response, name: string): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST) throw tooLarge(name);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
};

const tooLarge = (name: string): ChatError =>
  new ChatError('too_large', `The attachment ${name} has more than ${MOST / 1024} KiB`);
