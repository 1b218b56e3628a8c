import { openEngine } from '../../compose/open-engine.ts';
import { stopSignal } from '../../compose/stop-signal.ts';
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
    const station = await context.station();
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
    try {
      const remote = await serveRemote(open.engine, address, logger);
      try {
        output.value({ schema: 'ready/1', pid: process.pid, station: station.root });
        if (config.discord === null) return await stop.asked;
        const { startDiscord } = await import('../../compose/discord-face.ts');
        return await startDiscord({ open, station, config, logger, stop });
      } finally {
        await remote.stop();
      }
    } finally {
      await open.stop();
    }
  },
};
