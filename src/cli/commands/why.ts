import { elapsed } from '../../chat/card/elapsed.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { oneRun } from '../one-run.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const found = await oneRun(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { view, reader } = found;
    const why = await reader.why(view.run);
    if (output.json) {
      output.value(why);
      return EXIT.ok;
    }
    const waiting = why?.waiting ?? [];
    const now = Date.now();
    output.lines(
      waiting.length === 0
        ? [
            `${view.handle} waits for nothing: it is ${view.status}${view.reason === null ? '' : ` (${view.reason})`}`,
          ]
        : waiting.flatMap(({ task, kind, detail, since, until, fix }) => [
            `${task ?? view.handle} waits for ${kind}: ${detail}, for ${elapsed(Math.max(0, now - Date.parse(since)))}${until === null ? '' : `, until ${until}`}`,
            `  → ${fix}`,
          ]),
    );
    return EXIT.ok;
  },
};
