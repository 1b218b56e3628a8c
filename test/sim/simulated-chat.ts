/**
 * A chat network around the memory port: it takes time, loses requests and answers, keeps what
 * people say while the bot is away, and says it again until the bot has dealt with it.
 */
import { createMemoryPort, somebody } from '../../src/chat/memory/memory-port.ts';
import type { MemoryPort } from '../../src/chat/memory/memory-port.ts';
import { ChatError } from '../../src/chat/port.ts';
import type { ChatPort, ChatUser } from '../../src/chat/port.ts';
import type { MachineProcess, Machine } from '../support/host/machine.ts';
import type { VirtualTime } from '../support/host/virtual-time.ts';
import type { Random } from '../support/random.ts';
import type { Owed } from './owed.ts';

export interface SimulatedChat {
  readonly port: MemoryPort;
  /** The network as one process sees it. */
  portFor(process: MachineProcess): ChatPort;
  say(text: string): void;
  /** Presses a button if the bot is there. */
  press(action: string, by?: ChatUser): void;
  /** What was said and not dealt with. */
  waiting(): number;
  trouble: number;
}

export const createSimulatedChat = (
  time: VirtualTime,
  machine: Machine,
  random: Random,
  owed: Pick<Owed, 'posting' | 'posted'>,
): SimulatedChat => {
  const port = createMemoryPort({
    clock: { now: () => machine.now(), after: () => () => undefined },
  });
  const unread: { readonly id: string; readonly text: string; readonly at: number }[] = [];
  let bot: MachineProcess | null = null;
  let count = 0;

  const deliver = (message: (typeof unread)[number], missed: boolean): void => {
    const to = bot;
    if (to === null) return;
    time.after(
      random.below(200),
      () => {
        const handled = port.say(message.text, {
          id: message.id,
          at: message.at,
          missed,
          by: somebody,
        });
        handled.then(
          () => {
            const at = unread.indexOf(message);
            if (to.alive && at >= 0) unread.splice(at, 1);
          },
          () => undefined,
        );
      },
      to,
    );
  };

  /** There and back again; either way may fail. */
  const call = <T>(process: MachineProcess, work: () => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const lost = (): void =>
        void time.after(500, () => reject(new ChatError('unavailable', 'the network')), process);
      if (!process.alive) return;
      if (random.chance(chat.trouble)) return lost();
      time.after(random.below(150), () => {
        const done = work();
        done.catch(() => undefined);
        if (random.chance(chat.trouble)) return lost();
        time.after(random.below(150), () => void done.then(resolve, reject), process);
      });
    });

  const chat: SimulatedChat = {
    port,
    trouble: 0,
    portFor: (process) => ({
      name: port.name,
      features: port.features,
      async start(handlers) {
        // A network in trouble takes its time to let one in.
        if (random.chance(chat.trouble)) {
          const late = random.below(60_000);
          await new Promise<void>((resolve) => void time.after(late, resolve, process));
        }
        // One that was overtaken while it waited takes nothing from the newer one.
        if (bot?.alive === true && bot.pid > process.pid) return;
        await port.start(handlers);
        bot = process;
        for (const message of unread) deliver(message, true);
      },
      async stop() {
        if (bot === process) bot = null;
      },
      post(channel, message, options) {
        if (process.alive) owed.posting(options.nonce);
        return call(process, async () => {
          const ref = await port.post(channel, message, options);
          owed.posted(options.nonce, ref);
          return ref;
        });
      },
      edit: (ref, message) => call(process, () => port.edit(ref, message)),
      react: (ref, reaction) => call(process, () => port.react(ref, reaction)),
      findChannel: (name) => port.findChannel(name),
    }),
    say(text) {
      count += 1;
      const message = { id: `said-${count}`, text, at: machine.now() };
      unread.push(message);
      if (bot?.alive === true) deliver(message, false);
    },
    press(action, by = somebody) {
      if (bot?.alive !== true || bot.stopped) return;
      time.after(random.below(100), () => void port.press(action, by).catch(() => undefined), bot);
    },
    waiting: () => unread.length,
  };
  return chat;
};
