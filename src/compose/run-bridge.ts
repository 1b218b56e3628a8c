/**
 * The bridge: an engine with its agents, the chat in front of it, until it is told to stop.
 * With a Discord token the chat is Discord, else the console.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.ts';
import { createLogger } from '../lib/logger.ts';
import { remoteAddress } from '../remote/address.ts';
import { undoAll } from '../lib/undo-all.ts';
import { serveRemote } from '../remote/server.ts';
import { findStation } from '../station/find-station.ts';
import { startConsole } from './console-face.ts';
import { startDiscord } from './discord-face.ts';
import { openEngine } from './open-engine.ts';
import { projectFolder } from '../lib/project-folder.ts';
import { startTriggers } from './start-triggers.ts';
import { stopSignal } from './stop-signal.ts';
import { watchEngine } from './watch-engine.ts';
import { whatWentWrong } from './what-went-wrong.ts';

/** Resolves with the exit code when the bridge has stopped. */
export const runBridge = async (args: readonly string[]): Promise<number> => {
  try {
    return await serve(args);
  } catch (error) {
    process.stderr.write(`${whatWentWrong(error)}\n`);
    return exitCodeOf(error);
  }
};

const serve = async (args: readonly string[]): Promise<number> => {
  // 1. Where and how.
  const { values } = parseArgs({
    args: [...args],
    options: { station: { type: 'string', short: 'C' } },
  });
  const project = projectFolder();
  const config = readConfig(process.cwd());
  const station = findStation({
    named: values.station ?? config.station,
    from: process.cwd(),
    example: {
      source: join(project, 'examples', 'station'),
      target: join(project, '.station'),
    },
  });
  const logger = createLogger({
    level: config.logLevel,
    secrets: [
      ...(config.discord === null ? [] : [config.discord.token]),
      ...Object.values(config.secrets),
    ],
  });

  // 2. The engine, reachable for the command line.
  const address = remoteAddress(station.root);
  const stop = stopSignal();
  // Whoever read our output is gone (`npm start | head`): nobody is left to talk to.
  process.stdout.on('error', () => stop.now(0));
  const open = await openEngine({
    station: station.root,
    config,
    logger,
    agents: 'supervised',
    address,
    onStopped(error) {
      process.stderr.write(`${error.message}\n`);
      stop.now(1);
    },
  });
  const remote = await serveRemote(open.engine, address, logger);
  const undo = [() => open.stop(), () => remote.stop()];

  // 3. The chat, until somebody ends it.
  try {
    const watched = await watchEngine(open, config, logger);
    undo.push(() => watched.stop());
    const triggers = startTriggers(open, logger);
    undo.push(() => triggers.stop());
    const face = config.discord === null ? startConsole : startDiscord;
    return await face({ open, station, config, logger, stop, web: watched.web });
  } finally {
    await undoAll(undo);
  }
};

const exitCodeOf = (error: unknown): number =>
  error instanceof Error && 'code' in error && error.code === 'STATION_LOCKED' ? 7 : 1;
