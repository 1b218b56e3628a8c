/**
 * What was read up to, per channel, so that a restart reads what came in between and no more.
 * Losing it costs nothing but a second look: the bridge knows messages by their ids.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { byAge, isNewer } from './snowflake.ts';
import { errorCode, writeFileAtomic } from '../../lib/atomic-file.ts';
import { createSerialQueue } from '../../lib/serial-queue.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

export interface SeenStore {
  /** Reads what was kept; called once, before anything else. */
  load(): Promise<void>;
  /** Ids of the channels that were ever read. */
  channels(): readonly string[];
  /** Id of the last message of the channel that was dealt with, or null. */
  since(channel: string): string | null;
  /** Everything up to this message is dealt with. An older one than known changes nothing. */
  seen(channel: string, message: string): void;
  /** Resolves when everything is kept. */
  flush(): Promise<void>;
}

/** A store in `file` (such as `.3ox/chat/discord.json`). Writes are gathered for a moment. */
export const createSeenStore = (options: {
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): SeenStore => {
  const { file, clock, logger } = options;
  const marks = new Map<string, string>();
  const queue = createSerialQueue();
  let cancel: (() => void) | null = null;

  const write = async (): Promise<void> => {
    const newest = [...marks].sort(([, a], [, b]) => byAge(b, a)).slice(0, MOST_CHANNELS);
    const text = JSON.stringify({ version: 1, seen: Object.fromEntries(newest) }, null, 2);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, `${text}\n`);
    } catch (error) {
      logger.warn({ code: 'DISCORD_SEEN', file, error }, 'what was read up to is not kept');
    }
  };

  const flush = async (): Promise<void> => {
    if (cancel !== null) {
      cancel();
      cancel = null;
      void queue.run(write);
    }
    await queue.idle();
  };

  return {
    async load() {
      try {
        const text = await readFile(file, 'utf8');
        const { seen } = schema.parse(JSON.parse(text));
        for (const [channel, message] of Object.entries(seen)) marks.set(channel, message);
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return;
        logger.warn({ code: 'DISCORD_SEEN', file, error }, 'unreadable: old messages stay unread');
      }
    },
    channels: () => [...marks.keys()],
    since: (channel) => marks.get(channel) ?? null,
    seen(channel, message) {
      const known = marks.get(channel);
      if (known !== undefined && !isNewer(message, known)) return;
      marks.set(channel, message);
      cancel ??= clock.after(GATHER, () => void flush());
    },
    flush,
  };
};

const GATHER = 250;
const MOST_CHANNELS = 1000;

const snowflake = z.string().regex(/^\d{17,20}$/);
const schema = z.object({ version: z.literal(1), seen: z.record(snowflake, snowflake) });
