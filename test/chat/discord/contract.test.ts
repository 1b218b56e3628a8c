/** The chat port's contract, kept by the adapter in front of the loopback Discord. */
import { startLoopback } from '../loopback/client.ts';
import { chatPortContract } from '../../contracts/chat-port.ts';
import { refOf } from '../../../src/chat/discord/incoming.ts';
import { createBot, eventually } from './support.ts';
import type { InteractionHandle } from '../../support/discord/interactions.ts';

const MESSAGE = 4;
const MODAL = 9;

chatPortContract('discord', async () => {
  const loopback = await startLoopback();
  const { port } = await createBot(loopback);
  const { ops } = loopback.seed.channels;
  const { captain, worker } = loopback.seed.users;
  let pressed: InteractionHandle | null = null;
  const own = () =>
    loopback
      .messages(ops)
      .filter(({ author, ephemeralFor }) => author.bot && ephemeralFor === undefined);

  return {
    port,
    channel: ops.id,
    user: captain.id,
    role: loopback.seed.roles.commander.id,
    texts: async () => own().map(({ content }) => content),
    pinged: async () => {
      const { users = [], roles = [] } = own().at(-1)?.pinged ?? {};
      return { users, roles };
    },
    say: async (text) => refOf(ops.id, loopback.say(worker, ops, text).id),
    change: async (ref, text) => void loopback.editMessage(ref.id, text),
    remove: async (ref) => loopback.deleteMessage(ref.id),
    async press(label) {
      const found = own().flatMap(({ id, components }) =>
        buttonsOf(components).flatMap((one) => (one.label === label ? [{ id, ...one }] : [])),
      );
      const button = found.at(-1);
      if (button === undefined) throw new Error(`There is no button ${label}`);
      pressed = loopback.click(captain, button.id, button.customId);
      const { type, data } = await pressed.response();
      const reply = type === MESSAGE ? (await pressed.answer()).content : null;
      const form = type === MODAL ? { ...titled(data), fields: [] } : null;
      return { form, reply };
    },
    async submit(values) {
      if (pressed === null) throw new Error('No form was opened');
      await loopback.submitModal(captain, pressed, values).response();
    },
    until: async (condition) => {
      // Conditions of the contract look at what the handlers got, which no event announces.
      await eventually(() => condition() === true);
    },
    close: async () => undefined,
  };
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const titled = (data: Readonly<Record<string, unknown>>) => ({
  id: text(data['custom_id']),
  title: text(data['title']),
});

const buttonsOf = (components: readonly unknown[]): readonly Button[] =>
  components.flatMap((one): readonly Button[] => {
    if (typeof one !== 'object' || one === null) return [];
    if ('components' in one && Array.isArray(one.components)) return buttonsOf(one.components);
    const customId = 'custom_id' in one ? text(one.custom_id) : '';
    return [{ label: 'label' in one ? text(one.label) : '', customId }];
  });

interface Button {
  readonly label: string;
  readonly customId: string;
}
