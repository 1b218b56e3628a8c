/**
 * `npm run bench` prints every row of the figures table, on sizes that end in about six
 * minutes; `npm run bench -- all` does so on full sizes, and `npm run bench -- <name> [arguments]`
 * prints one benchmark. A row that could not be measured, and why, stands in the table too.
 */
import { figureTable, isReached, type Figure } from './lib/figure.ts';
import { noiseNote } from './lib/noise.ts';

/** What a benchmark is: prints its own details and returns the rows it fills of the figures table. */
interface Bench {
  run(args: readonly string[]): Promise<readonly Figure[]>;
}

interface Entry {
  readonly load: () => Promise<Bench>;
  /** Arguments for a look at everything; null: it has no row of the figures table. */
  readonly short: readonly string[] | null;
}

const benches: Readonly<Record<string, Entry>> = {
  agents: { load: () => import('./agents.ts'), short: null },
  journal: { load: () => import('./journal.ts'), short: ['2'] },
  'main-job': { load: () => import('./main-job.ts'), short: ['2'] },
  memory: { load: () => import('./memory.ts'), short: ['1'] },
  parse: { load: () => import('./parse.ts'), short: ['5'] },
  queue: { load: () => import('./queue.ts'), short: ['3'] },
  recovery: { load: () => import('./recovery.ts'), short: ['1', '100000'] },
  scan: { load: () => import('./scan.ts'), short: ['2', '100000', '32'] },
  startup: { load: () => import('./startup.ts'), short: ['2'] },
  status: { load: () => import('./status.ts'), short: ['7'] },
};

/** Runs one; what it throws becomes a row, so that the others are seen. */
const figuresOf = async (
  name: string,
  { load }: Entry,
  args: readonly string[],
): Promise<readonly Figure[]> => {
  console.log(`\n# ${name}\n\n${noiseNote()}\n`);
  try {
    return await (await load()).run(args);
  } catch (error) {
    console.error(error);
    const why = error instanceof Error ? error.message : String(error);
    return [{ quantity: name, comparedWith: why, reach: null, values: [], unit: '' }];
  }
};

const [name, ...rest] = process.argv.slice(2);
const chosen = Object.entries(benches).filter(([each, { short }]) =>
  name === undefined ? short !== null : name === 'all' || name === each,
);
if (chosen.length === 0) {
  console.error(`Usage: npm run bench [-- <all | ${Object.keys(benches).join(' | ')}>]`);
  process.exitCode = 2;
} else {
  const figures: Figure[] = [];
  for (const [each, entry] of chosen) {
    const found = await figuresOf(each, entry, name === undefined ? (entry.short ?? []) : rest);
    // Also now: the whole table is a while away.
    if (chosen.length > 1 && found.length > 0) console.log(`\n${figureTable(found)}`);
    figures.push(...found);
  }
  if (figures.length > 0) console.log(`\n${figureTable(figures)}\n\n${noiseNote()}`);
  // For people and for scripts: a figure that was not reached is seen without reading the table.
  if (figures.some((figure) => !isReached(figure))) process.exitCode = 1;
}
