/** Until the engine takes commands: with 10,000 archived and 500 open runs, beside an empty station. */
import { bigJournal } from './lib/big-journal.ts';
import { shown, table, type Figure } from './lib/figure.ts';
import { interleaved } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';
import { startProcess } from './lib/start-process.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 5);
  const scale = Number(args[1] ?? 1);
  const size = { archived: 10_000 * scale, open: 500 * scale, events: 1_000_000 * scale };
  const folder = await bigJournal(size);
  const { none, full } = await interleaved(rounds, {
    none: () => inScratch(async (empty) => (await startProcess(empty)).ready),
    full: async () => {
      const { ready, runs } = await startProcess(folder);
      if (runs !== size.open) throw new Error(`${runs} runs are open, not ${size.open}`);
      return ready;
    },
  });
  console.log(
    table([
      ['station', 'ready after, ms'],
      ['empty', shown(none)],
      [`${size.archived} archived, ${size.open} open, ${size.events} events`, shown(full)],
    ]),
  );
  return [
    {
      quantity: `start-up with ${size.archived} archived and ${size.open} open runs, more`,
      comparedWith: 'start-up with none',
      reach: { atMost: 1_000 },
      values: full.map((ms, round) => ms - (none[round] ?? 0)),
      unit: 'ms',
    },
  ];
};
