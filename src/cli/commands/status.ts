import { openOfflineEngine } from '../../compose/offline-engine.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { oneRun } from '../one-run.ts';
import { runTable } from '../run-table.ts';
import { showRun } from '../show-run.ts';

/** One run in full, or a row for each that is under way. */
export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 1 },
  async run(context) {
    const { output, words } = context;
    const [reference] = words;
    if (reference !== undefined) {
      const found = await oneRun(context, reference);
      if (found.type === 'failure') return found;
      showRun(output, found.view);
      return EXIT.ok;
    }
    const { root } = context.station();
    let whole = true;
    const reader = openOfflineEngine(root, (what) => {
      whole = false;
      output.note(what);
    });
    const filter = { status: ['RUNNING', 'PAUSED', 'QUARANTINED'] };
    if (output.json) {
      output.value({ schema: 'runs/1', runs: await reader.list(filter), next: null });
    } else {
      const rows = await reader.rows(filter);
      if (rows.length === 0) output.note('Nothing is under way; workflow list shows what was');
      else output.lines(runTable(rows, Date.now()));
    }
    return whole ? EXIT.ok : EXIT.failed;
  },
};
