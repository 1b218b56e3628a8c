import type { SeenStore } from './seen-store.ts';
import type { ChatUser } from '../port.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/logger.ts';

/** What the Discord port needs. */
export interface DiscordOptions {
  readonly token: string;
  /** Address of another Discord (`http://host:port/api`), or null for the real one. */
  readonly api: string | null;
  /** `COMMAND_PREFIX`, such as `@workflow`. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Remembers what was read up to. */
  readonly store: SeenStore;
  /** Completes lines of the slash command; without it nothing is offered. */
  readonly complete?: Complete;
}

/** Ways to go on with a line that is being typed, whole lines, best first. */
export type Complete = (text: string, user: ChatUser) => Promise<readonly string[]>;
