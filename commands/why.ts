import { whichRun } from './which-run.ts';
import type { Command } from './command.ts';

/** `why <run>`: what it waits for, and what would move it. */
export const why: Command = {
  verb: 'why',
  summary: 'says what a run waits for and what would move it',
  usage: 'why <run>',
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, () => true);
    if (which.type === 'reply') return which.reply;
    const { view } = which;
    const reasons = await request.engine.why(view.run);
    if (reasons === null) return { type: 'text', lines: [[`${view.handle} cannot be read`]] };
    return { type: 'why', handle: view.handle, why: reasons };
  },
};
