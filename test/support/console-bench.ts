/** A console chat on fake streams, a bridge and a fake engine behind it. */
import { PassThrough, Writable } from 'node:stream';
import { createBridge } from '../../src/chat/bridge.ts';
import type { Bridge } from '../../src/chat/bridge.ts';
import { createConsolePort } from '../../src/chat/console/console-port.ts';
import type { ConsolePort } from '../../src/chat/console/console-port.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import type { ManualClock } from '../../src/lib/manual-clock.ts';
import { createFakeEngine } from './fake-engine.ts';
import type { FakeEngine } from './fake-engine.ts';
import { START } from './run-view.ts';
import { createScreen } from './screen.ts';
import type { Screen } from './screen.ts';
import { complete } from '../../commands/complete.ts';

export interface ConsoleBench {
  readonly clock: ManualClock;
  readonly engine: FakeEngine;
  readonly bridge: Bridge;
  readonly console: ConsolePort;
  readonly screen: Screen;
  readonly input: PassThrough;
  /** Types (or pipes) and lets everything due happen. */
  type(text: string): Promise<void>;
  readonly settle: () => Promise<void>;
}

export const consoleBench = async (parts: {
  readonly interactive: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly colour?: boolean;
  readonly unicode?: boolean;
  readonly clockStart?: number;
}): Promise<ConsoleBench> => {
  const columns = parts.columns ?? 100;
  const clock = createManualClock(parts.clockStart ?? START);
  const engine = createFakeEngine({ clock });
  const screen = createScreen(columns, parts.rows ?? 40);
  const input = new PassThrough();
  const output = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        screen.write(chunk.toString('utf8'));
        done();
      },
    }),
    { columns, rows: parts.rows ?? 40, isTTY: parts.interactive },
  );
  const identity = { user: 'arc', name: 'arc', roles: [], channel: 'console', local: true };
  const port = createConsolePort({
    input,
    output,
    clock,
    interactive: parts.interactive,
    colour: parts.colour ?? false,
    unicode: parts.unicode ?? true,
    user: { id: 'arc', name: 'arc' },
    complete: (line, cursor) => complete(line, cursor, { engine, identity, prefix: '@workflow' }),
    farewell: () => ['runs continue when you start again'],
  });
  const bridge = createBridge({
    engine,
    ports: [port],
    clock,
    logger: silentLogger,
    prefix: '@workflow',
    routes: [{ channel: 'team', roles: ['Oncall'] }],
    levels: {},
    sources: { readReceipt: () => Promise.resolve('receipt: yes\n'), agents: null },
  });
  await bridge.start();
  // Streams hand on what was written in later turns of the event loop, not by the clock.
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(0);
    }
  };
  return {
    clock,
    engine,
    bridge,
    console: port,
    screen,
    input,
    settle,
    async type(text) {
      input.write(text);
      await settle();
    },
  };
};
