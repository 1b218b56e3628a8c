import { whichRun } from './which-run.ts';
import type { Command } from './command.ts';

/** `logs <run>`: its latest events. */
export const logs: Command = {
  verb: 'logs',
  summary: 'shows what happened in a run',
  usage: 'logs <run>',
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, () => true);
    if (which.type === 'reply') return which.reply;
    const { view } = which;
    return { type: 'log', handle: view.handle, events: await request.engine.events(view.run) };
  },
};
