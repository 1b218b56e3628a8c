import type { Config } from '../../config.ts';
import { systemClock } from '../../lib/clock.ts';
import { silentLogger } from '../../lib/logger.ts';
import { errorMessage } from '../../lib/error-code.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Logs in, when a token is set, and out again: the only way to know what token and intents are good for. */
export const checkDiscord = async ({ discord }: Pick<Config, 'discord'>): Promise<Finding> => {
  if (discord === null) {
    const fix = 'put DISCORD_TOKEN into .env to use Discord';
    return fine('Discord', 'no token: the chat is the console', fix);
  }
  const { createConnection } = await import('../../chat/discord/connection.ts');
  let said: { readonly state: 'up' | 'down'; readonly detail: string } | null = null;
  const connection = createConnection({
    token: discord.token,
    api: discord.api,
    clock: systemClock,
    logger: silentLogger,
    onConnection: (state, detail) => {
      said = { state, detail };
    },
    listen: () => undefined,
    onSession: () => undefined,
  });
  try {
    await connection.start();
    return findingOf(said);
  } catch (error) {
    return wrong('Discord', errorMessage(error), 'docs/how-to/discord.md shows how to get them');
  } finally {
    await connection.stop();
  }
};

const findingOf = (
  said: { readonly state: 'up' | 'down'; readonly detail: string } | null,
): Finding => {
  if (said === null || said.state === 'down') {
    const detail = said?.detail ?? 'nothing was heard';
    return wrong('Discord', detail, 'look at the network, and at DISCORD_API_URL when it is set');
  }
  return said.detail.includes('intent is off')
    ? wrong('Discord', said.detail, 'Developer Portal, Bot, Message Content Intent: on')
    : fine('Discord', said.detail);
};
