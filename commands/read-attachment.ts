import type { Attachment } from './command.ts';

/** Largest attachment that is read, in bytes. */
const MOST_BYTES = 256 * 1024;

/** An attachment's text, or why it cannot be had. */
export const readAttachment = async (
  file: Attachment,
): Promise<
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'problem'; readonly message: string }
> => {
  if (file.size > MOST_BYTES) return tooLarge;
  try {
    const text = await file.text();
    return Buffer.byteLength(text) > MOST_BYTES ? tooLarge : { type: 'text', text };
  } catch {
    return { type: 'problem', message: 'it cannot be fetched; attach it again' };
  }
};

const tooLarge = { type: 'problem', message: 'it is larger than 256 KiB' } as const;
