import { errorMessage } from '../../lib/error-code.ts';
import { readLock } from '../../journal/lock.ts';
import { layoutOf } from '../../station/layout.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { isSure } from '../is-sure.ts';
import { findRepairs } from '../repair/find-repairs.ts';
import type { Repair } from '../repair/repair.ts';

/**
 * Shows what can be mended; does it when asked to. Without `--salvage` nothing is mended that loses
 * something.
 */
export const command: CliCommand = {
  options: {
    'dry-run': { type: 'boolean' },
    salvage: { type: 'boolean' },
    yes: { type: 'boolean', short: 'y' },
  },
  words: { least: 0, most: 0 },
  async run(context) {
    const { output } = context;
    const { root } = context.station();
    const { repairs: found, damaged } = await findRepairs(root, context.flag('salvage'));
    const end = damaged ? EXIT.failed : EXIT.ok;
    if (damaged) output.note(DAMAGED);

    // 1. The preview.
    const shown = found.map(({ name, detail }) => ({ name, detail, done: false, error: null }));
    const preview = (): void => {
      if (output.json)
        output.value({ schema: 'repair/1', station: root, ok: !damaged, repairs: shown });
      else if (found.length === 0 && !damaged)
        output.lines(['✓ nothing to mend; workflow doctor looks further']);
      else output.lines(found.map(({ name, detail }) => `• ${name}: ${detail}`));
    };
    const wanted = context.flag('yes') && !context.flag('dry-run');
    if (!wanted) {
      preview();
      if (found.length === 0 || output.json || context.flag('dry-run')) return end;
      if (!output.interactive) {
        const salvage = context.flag('salvage') ? ' --salvage' : '';
        output.note(`Nothing was changed. workflow repair${salvage} --yes does it.`);
        return end;
      }
      if (!(await isSure(`mend ${found.length === 1 ? 'this' : `these ${found.length}`}`))) {
        output.note('Nothing was changed.');
        return end;
      }
    }

    // 2. The work, with the station to ourselves.
    const holder = readLock(layoutOf(root).workspace);
    if (holder !== null && holder.state !== 'gone') {
      return failure(
        'STATION_LOCKED',
        `Process ${holder.pid} on ${holder.host} works on ${root}; nothing was changed`,
        { hint: 'stop it and run workflow repair again', exit: EXIT.locked },
      );
    }
    const repairs = await inOrder(found);
    const ok = repairs.every(({ done }) => done) && !damaged;
    if (output.json) output.value({ schema: 'repair/1', station: root, ok, repairs });
    else {
      output.lines(
        repairs.map(({ name, detail, done, error }) =>
          done ? `✓ ${name}: ${detail}` : `✗ ${name}: ${detail}\n    ${error}`,
        ),
      );
    }
    return ok ? EXIT.ok : EXIT.failed;
  },
};

const DAMAGED =
  'The journal is damaged, and acknowledged records follow (workflow audit verify shows where). Bring the file back from a backup; without one, workflow repair --salvage shows what can be kept and what is lost.';

interface Outcome {
  readonly name: string;
  readonly detail: string;
  readonly done: boolean;
  readonly error: string | null;
}

/** One after the other; one that fails does not keep the others from being done. */
const inOrder = async (found: readonly Repair[]): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const repair of found) {
    const { name, detail } = repair;
    const error = await repair.perform().then(() => null, errorMessage);
    outcomes.push({ name, detail, done: error === null, error });
  }
  return outcomes;
};
