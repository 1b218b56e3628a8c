/** Memory of an engine with 1 to 10,000 active runs: started in it, and read back by the next one. */
import { shown, table, type Figure } from './lib/figure.ts';
import { inScratch } from './lib/scratch.ts';
import { startProcess } from './lib/start-process.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 3);
  const sizes = args[1] === undefined ? [1, 10, 100, 1_000, 10_000] : [Number(args[1])];
  const rows = [['active runs', 'started in it, MB', 'read back, MB']];
  const figures: Figure[] = [];
  for (const size of sizes) {
    const started: number[] = [];
    const readBack: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await inScratch(async (folder) => {
        started.push((await startProcess(folder, size)).rss);
        const next = await startProcess(folder);
        if (next.runs !== size) throw new Error(`${next.runs} runs came back, not ${size}`);
        readBack.push(next.rss);
      });
    }
    rows.push([String(size), shown(started), shown(readBack)]);
    if (size !== sizes.at(-1)) continue;
    for (const [what, values] of [
      ['started in it', started],
      ['read back', readBack],
    ] as const) {
      figures.push({
        quantity: `memory, ${size} active runs ${what}`,
        comparedWith: 'the whole process (RSS)',
        reach: { atMost: 300 },
        values,
        unit: 'MB',
      });
    }
  }
  console.log(table(rows));
  return figures;
};
