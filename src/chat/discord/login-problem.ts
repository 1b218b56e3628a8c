/** Reasons for which logging in again does not help, each with what to do about it. */
import { factsOf } from './errors.ts';

/** Discord does not let us in. The message says what to do. */
export class DiscordError extends Error {
  override readonly name = 'DiscordError';
  readonly code: 'DISCORD_TOKEN' | 'DISCORD_INTENTS' | 'DISCORD_GATEWAY';

  constructor(code: DiscordError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** What `error` or the gateway's close code means; null when it may pass by itself. */
export const loginProblem = (error: unknown, close: number | null): DiscordError | null => {
  const { code, status } = factsOf(error);
  const words = error instanceof Error ? error.message : '';
  if (close === 4004 || status === 401 || code === 'TokenInvalid' || /auth.*failed/i.test(words)) {
    return new DiscordError('DISCORD_TOKEN', TOKEN);
  }
  if (close === 4014 || /disallowed intents/i.test(words)) {
    return new DiscordError('DISCORD_INTENTS', INTENTS);
  }
  if (close !== null && close >= 4010 && close <= 4013) {
    return new DiscordError('DISCORD_GATEWAY', `Discord closed the gateway for good (${close}).`);
  }
  return null;
};

const TOKEN =
  'Discord refuses the token. Copy it anew from the Developer Portal (Bot, Reset Token) into DISCORD_TOKEN in .env; see docs/how-to/discord.md.';
const INTENTS =
  'Discord refuses an intent. Switch the Message Content intent on in the Developer Portal (Bot, Privileged Gateway Intents); see docs/how-to/discord.md.';
