/** A bridge on a memory chat and a fake engine, with the clock in hand. */
import { createBridge } from '../../src/chat/bridge.ts';
import type { Bridge } from '../../src/chat/bridge.ts';
import type { BridgeOptions } from '../../src/chat/bridge-options.ts';
import { cardOf } from '../../src/chat/card/card-of.ts';
import { createMemoryPort } from '../../src/chat/memory/memory-port.ts';
import type { MemoryPort } from '../../src/chat/memory/memory-port.ts';
import type { OutgoingMessage } from '../../src/chat/port.ts';
import { renderText } from '../../src/chat/render-text.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import type { ManualClock } from '../../src/lib/manual-clock.ts';
import { createFakeEngine } from './fake-engine.ts';
import type { FakeEngine } from './fake-engine.ts';
import { START, viewWith } from './run-view.ts';

export interface ChatBench {
  readonly clock: ManualClock;
  readonly port: MemoryPort;
  readonly engine: FakeEngine;
  readonly bridge: Bridge;
  readonly options: BridgeOptions;
  /** Lets everything that is due happen, without time going on. */
  idle(): Promise<void>;
  /** The only run. */
  run(): string;
  runs(): readonly string[];
}

export const chatBench = async (
  parts: {
    readonly start?: boolean;
    readonly routes?: BridgeOptions['routes'];
    readonly channels?: readonly string[];
    readonly engine?: Partial<Parameters<typeof createFakeEngine>[0]>;
  } = {},
): Promise<ChatBench> => {
  const clock = createManualClock(START);
  const port = createMemoryPort({
    clock,
    ...(parts.channels === undefined ? {} : { channels: parts.channels }),
  });
  const engine = createFakeEngine({ clock, ...parts.engine });
  const options: BridgeOptions = {
    engine,
    ports: [port],
    clock,
    logger: silentLogger,
    prefix: '@workflow',
    routes: parts.routes ?? [],
    levels: { L0: ['role:Captain', 'user:9'] },
    sources: { readReceipt: () => Promise.resolve('receipt: yes\n'), agents: null },
  };
  const bridge = createBridge(options);
  if (parts.start !== false) await bridge.start();
  const runs = (): readonly string[] => engine.live().map((view) => view.run);
  return {
    clock,
    port,
    engine,
    bridge,
    options,
    runs,
    run() {
      const [first] = runs();
      if (first === undefined) throw new Error('No run was started');
      return first;
    },
    async idle() {
      for (let turn = 0; turn < 5; turn += 1) await clock.advance(0);
    },
  };
};

/** What a message says, as plain text. */
export const textOf = (message: OutgoingMessage | null): string =>
  message === null
    ? ''
    : renderText(message, { width: 200, colour: false, unicode: true, now: START }).join('\n');

/** Some card. */
export const runView = (handle: string): OutgoingMessage => cardOf(viewWith({ handle }), START);
