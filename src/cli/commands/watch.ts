import { hasEnded } from '../../chat/status-icons.ts';
import { readLock } from '../../journal/lock.ts';
import { layoutOf } from '../../station/layout.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT, exitOfRun } from '../exit-codes.ts';
import { follow } from '../follow.ts';
import { oneRun } from '../one-run.ts';
import { showRun } from '../show-run.ts';
import { connectWriter } from '../writer.ts';

/** Follows a run in the live engine; without one, shows how it stands. */
export const command: CliCommand = {
  options: { 'no-wait': { type: 'boolean' } },
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { view } = found;
    if (hasEnded(view)) {
      showRun(output, view);
      return exitOfRun(view.status);
    }
    const { root } = context.station();
    const lock = readLock(layoutOf(root).workspace);
    const writer =
      lock === null || lock.state === 'gone' || lock.address === null
        ? null
        : await connectWriter(lock.address);
    if (writer !== null) return follow(context, writer, view.run);
    showRun(output, view);
    output.note('No engine is running: nothing moves until workflow serve or npm start');
    return EXIT.ok;
  },
};
