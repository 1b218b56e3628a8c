/** Discord's errors as the port's. Token and request bodies stay out of the messages. */
import { errorMessage } from '../../lib/error-code.ts';
import { ChatError } from '../port.ts';

/** What an error of discord.js says about itself; null where it says nothing. */
interface ErrorFacts {
  readonly code: number | string | null;
  /** HTTP status. */
  readonly status: number | null;
}

/** `what` names the attempt, such as `post to channel 123`. */
export const toChatError = (error: unknown, what: string): ChatError => {
  if (error instanceof ChatError) return error;
  const { code, status } = factsOf(error);
  const kind = kindOf(code, status);
  const advice = kind === 'forbidden' ? PERMISSIONS : '';
  return new ChatError(kind, `Discord: cannot ${what}: ${reasonOf(error)}.${advice}`, {
    cause: error,
  });
};

export const factsOf = (error: unknown): ErrorFacts => {
  if (typeof error !== 'object' || error === null) return { code: null, status: null };
  const code: unknown = 'code' in error ? error.code : null;
  const status: unknown = 'status' in error ? error.status : null;
  return {
    code: typeof code === 'number' || typeof code === 'string' ? code : null,
    status: typeof status === 'number' ? status : null,
  };
};

/** For logs: errors of discord.js carry addresses, and those of interactions have tokens in them. */
export const reasonOf = (error: unknown): string => {
  const { code, status } = factsOf(error);
  const number = code ?? status;
  const words = errorMessage(error);
  return number === null ? words : `${words} (${number})`;
};

const kindOf = (code: number | string | null, status: number | null): ChatError['code'] => {
  if (typeof code === 'number' && CODES.has(code)) return CODES.get(code) ?? 'unavailable';
  switch (status) {
    case 401:
    case 403:
      return 'forbidden';
    case 404:
      return 'gone';
    case 400:
    case 413:
      return 'too_large';
    default:
      return 'unavailable';
  }
};

const CODES: ReadonlyMap<number, ChatError['code']> = new Map([
  [10003, 'gone'],
  [10008, 'gone'],
  [10013, 'gone'],
  [30046, 'too_old'],
  [40005, 'too_large'],
  [50001, 'forbidden'],
  [50005, 'forbidden'],
  [50006, 'too_large'],
  [50007, 'forbidden'],
  [50013, 'forbidden'],
  [50035, 'too_large'],
  [50083, 'forbidden'],
]);

const PERMISSIONS = ' See docs/how-to/discord.md for the permissions the bot needs.';
