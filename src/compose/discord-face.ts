/** The chat on Discord, in front of an open engine. */
import { join } from 'node:path';
import { createBridge } from '../chat/bridge.ts';
import { createDiscordPort } from '../chat/discord/discord-port.ts';
import type { Complete } from '../chat/discord/options.ts';
import { createSeenStore } from '../chat/discord/seen-store.ts';
import { complete } from '../../commands/complete.ts';
import { bannerLines } from './banner.ts';
import type { FaceOptions } from './face.ts';
import { agentsUp, commandSources } from './sources.ts';

export const startDiscord = async (options: FaceOptions): Promise<number> => {
  const { open, config, logger, stop } = options;
  if (config.discord === null) throw new Error('Discord was asked for without DISCORD_TOKEN');
  const port = createDiscordPort({
    token: config.discord.token,
    api: config.discord.api,
    logger,
    clock: open.clock,
    prefix: config.prefix,
    store: createSeenStore({
      file: join(open.layout.workspace, 'chat', 'discord.json'),
      clock: open.clock,
      logger,
    }),
    complete: completeLines(options),
  });
  const bridge = createBridge({
    engine: open.engine,
    ports: [port],
    clock: open.clock,
    logger,
    prefix: config.prefix,
    routes: open.settings.notifications,
    levels: open.settings.levels,
    sources: commandSources(open),
  });
  await bridge.start();
  await agentsUp(open);
  for (const line of await bannerLines(options, 'Discord')) process.stdout.write(`${line}\n`);
  const code = await stop.asked;
  await bridge.stop();
  return code;
};

/** Whole lines a person may go on with, for the slash command's own completion. */
const completeLines =
  ({ open, config }: FaceOptions): Complete =>
  async (text, user) => {
    const line = `${config.prefix} ${text}`;
    const { from, candidates } = await complete(line, line.length, {
      engine: open.engine,
      prefix: config.prefix,
      identity: {
        user: user.id,
        name: user.name,
        roles: user.roles,
        channel: null,
        local: user.local,
      },
    });
    const typed = line.slice(config.prefix.length + 1, from);
    return candidates.map((candidate) => `${typed}${candidate}`);
  };
