import { verifyJournal } from '../../journal/verify.ts';
import { layoutOf } from '../../station/layout.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { oneRun } from '../one-run.ts';
import { toRunId } from '../../engine/ids.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 1 },
  async run(context) {
    const { output, words } = context;
    const { workspace } = layoutOf(context.station().root);
    const [reference] = words;
    let run: string | undefined = reference;
    if (reference !== undefined && toRunId(reference) === null) {
      const found = await oneRun(context, reference);
      if (found.type === 'failure') return found;
      run = found.view.run;
    }
    const result = await verifyJournal({
      folder: workspace,
      ...(run === undefined ? {} : { run }),
    });
    if (output.json) output.value({ schema: 'audit/1', ...result });
    else {
      output.lines([
        `${result.ok ? '✓' : '✗'} ${result.records} records of ${result.runs} runs${result.ok ? ', all as they were written' : ''}`,
        ...result.problems.map(
          ({ file, offset, run: of, what }) =>
            `  ${file}, byte ${offset}${of === null ? '' : `, run ${of}`}: ${what}`,
        ),
      ]);
    }
    return result.ok ? EXIT.ok : EXIT.failed;
  },
};
