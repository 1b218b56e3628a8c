import { openEngine } from '../../compose/open-engine.ts';
import { startTriggers } from '../../compose/start-triggers.ts';
import { stopSignal } from '../../compose/stop-signal.ts';
import { watchEngine } from '../../compose/watch-engine.ts';
import { undoAll } from '../../lib/undo-all.ts';
import { remoteAddress } from '../../remote/address.ts';
import { serveRemote } from '../../remote/server.ts';
import type { CliCommand } from '../cli-command.ts';
import { failureOfError } from '../errors.ts';

/** Engine, agents and the configured chat, until a signal: what a service manager runs. */
export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 0 },
  async run(context) {
    const { output, config, logger } = context;
    const station = context.station();
    const stop = stopSignal();
    const address = remoteAddress(station.root);
    const open = await openEngine({
      station: station.root,
      config,
      logger,
      agents: 'supervised',
      address,
      onStopped(error) {
        output.note(failureOfError(error).message);
        stop.now(1);
      },
    });
    const undo = [() => open.stop()];
    try {
      const remote = await serveRemote(open.engine, address, logger);
      undo.push(() => remote.stop());
      const watched = await watchEngine(open, config, logger);
      undo.push(() => watched.stop());
      const triggers = startTriggers(open, logger);
      undo.push(() => triggers.stop());
      const { web } = watched;
      output.value({
        schema: 'ready/1',
        pid: process.pid,
        station: station.root,
        web: web?.address ?? null,
      });
      if (config.discord === null) return await stop.asked;
      const { startDiscord } = await import('../../compose/discord-face.ts');
      return await startDiscord({ open, station, config, logger, stop, web });
    } finally {
      await undoAll(undo);
    }
  },
};
