/** How long opening takes against how many records open runs have: the journal read, checked, folded. */
import { bigJournal } from './lib/big-journal.ts';
import { shown, table, type Figure } from './lib/figure.ts';
import { interleaved } from './lib/rounds.ts';
import { startProcess } from './lib/start-process.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 3);
  const largest = Number(args[1] ?? 1_000_000);
  const sizes = [10_000, 100_000, 1_000_000].filter((size) => size <= largest);
  const rows = [['records of 500 open runs', 'opening, ms', 'us per record']];
  const folders = new Map<number, string>();
  for (const size of sizes) {
    folders.set(size, await bigJournal({ archived: 0, open: 500, events: size }));
  }
  const measured = await interleaved(
    rounds,
    Object.fromEntries(
      sizes.map((size) => [
        String(size),
        async () => (await startProcess(folders.get(size) ?? '')).opening,
      ]),
    ),
  );
  for (const size of sizes) {
    const times = measured[String(size)] ?? [];
    rows.push([String(size), shown(times), shown(times.map((ms) => (ms * 1000) / size))]);
  }
  console.log(table(rows));
  return [];
};
