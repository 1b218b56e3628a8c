/** The chat in the terminal, in front of an open engine. */
import { userInfo } from 'node:os';
import { complete } from '../../commands/complete.ts';
import { createBridge } from '../chat/bridge.ts';
import { createConsolePort } from '../chat/console/console-port.ts';
import { finished } from '../chat/console/finished.ts';
import { bannerLines } from './banner.ts';
import type { FaceOptions } from './face.ts';
import { agentsUp, commandSources } from './sources.ts';

export const startConsole = async (options: FaceOptions): Promise<number> => {
  const { open, config, logger, stop } = options;
  const { engine, settings } = open;
  const interactive = process.stdin.isTTY && process.stdout.isTTY && !config.terminal.dumb;
  const name = userInfo().username;
  const user = { id: `os:${name}`, name };
  const port = createConsolePort({
    input: process.stdin,
    output: process.stdout,
    clock: open.clock,
    interactive,
    colour: interactive && config.terminal.color,
    unicode: process.platform !== 'win32' || process.env['WT_SESSION'] !== undefined,
    user,
    complete: (line, cursor) =>
      complete(line, cursor, {
        engine,
        prefix: config.prefix,
        identity: { user: user.id, name, roles: [], channel: null, local: true },
      }),
    farewell: () => farewell(engine.live().filter(({ ended_at: ended }) => ended === null).length),
  });
  const bridge = createBridge({
    engine,
    ports: [port],
    clock: open.clock,
    logger,
    prefix: config.prefix,
    routes: settings.notifications,
    levels: settings.levels,
    sources: commandSources(open),
  });

  await bridge.start();
  await agentsUp(open);
  port.print(await bannerLines(options, 'console'));
  port.ready();
  const code = await Promise.race([
    stop.asked,
    finished({
      ended: port.ended,
      interactive,
      session: bridge.session(port.name),
      idle: () => port.idle(),
      settled: () => bridge.settled(),
    }),
  ]);
  await bridge.stop();
  return code;
};

const farewell = (open: number): readonly string[] =>
  open === 0 ? [] : [`${open} ${open === 1 ? 'run goes' : 'runs go'} on when you start again.`];
