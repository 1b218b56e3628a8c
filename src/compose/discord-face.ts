/** The chat on Discord, in front of an open engine. */
import { join } from 'node:path';
import { createBridge } from '../chat/bridge.ts';
import { createDiscordPort } from '../chat/discord/discord-port.ts';
import { systemClock } from '../lib/clock.ts';
import { bannerLines } from './banner.ts';
import type { FaceOptions } from './face.ts';
import { commandSources } from './sources.ts';

export const startDiscord = async (options: FaceOptions): Promise<number> => {
  const { open, config, logger, stop } = options;
  if (config.discord === null) throw new Error('Discord was asked for without DISCORD_TOKEN');
  const port = createDiscordPort({
    token: config.discord.token,
    api: config.discord.api,
    logger,
    clock: systemClock,
    storeFile: join(open.layout.workspace, 'chat', 'discord.json'),
  });
  const bridge = createBridge({
    engine: open.engine,
    ports: [port],
    clock: systemClock,
    logger,
    prefix: config.prefix,
    routes: open.settings.notifications,
    levels: open.settings.levels,
    sources: commandSources(open),
  });
  await bridge.start();
  for (const line of await bannerLines(options, 'Discord')) process.stdout.write(`${line}\n`);
  const code = await stop.asked;
  await bridge.stop();
  return code;
};
