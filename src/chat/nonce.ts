/** The name under which a message is posted: the same for the same message, so a repeat is one. */
import { createHash } from 'node:crypto';

/**
 * 24 characters. `replaces` is the id of the message this one takes the place of, or null: a
 * card that rolled over is another message than the one before it.
 */
export const nonceOf = (run: string, key: string, replaces: string | null = null): string =>
  createHash('sha256')
    .update(JSON.stringify([run, key, replaces]))
    .digest('hex')
    .slice(0, 24);
