import { createMemoryPort, somebody } from '../../../src/chat/memory/memory-port.ts';
import type { Form } from '../../../src/chat/port.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { chatPortContract } from '../../contracts/chat-port.ts';
import { textOf } from '../../support/chat-bench.ts';

chatPortContract('memory', async () => {
  const port = createMemoryPort({ clock: createManualClock(0) });
  let form: Form | null = null;
  return {
    port,
    channel: 'general',
    user: somebody.id,
    role: 'Captain',
    texts: () => Promise.resolve(port.messages.map((_, index) => textOf(port.latest(index)))),
    pinged: () => Promise.resolve(port.latest(-1).ping),
    say: (text) => port.say(text),
    change: (ref, text) => port.change(ref, text),
    remove: (ref) => Promise.resolve(port.remove(ref)),
    async press(label) {
      const actions = port.messages.flatMap((_, index) => port.latest(index).actions.flat());
      const id = actions.find((action) => action.label === label)?.id ?? '';
      const pressed = await port.press(id);
      ({ form } = pressed);
      return { form, reply: pressed.reply === null ? null : textOf(pressed.reply) };
    },
    async submit(values) {
      await port.press(form?.id ?? '', somebody, values);
    },
    until: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
});
