/**
 * `npm run bench -- <name> [arguments]` prints one benchmark; `npm run bench -- all` prints every
 * one and closes with the figures table. Each says what it measured with its spread.
 */
import { figureTable, isReached, type Figure } from './lib/figure.ts';
import { noiseNote } from './lib/noise.ts';

/** What a benchmark is: prints its own details and returns the rows it fills of the figures table. */
interface Bench {
  run(args: readonly string[]): Promise<readonly Figure[]>;
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  agents: () => import('./agents.ts'),
  journal: () => import('./journal.ts'),
  'main-job': () => import('./main-job.ts'),
  memory: () => import('./memory.ts'),
  parse: () => import('./parse.ts'),
  queue: () => import('./queue.ts'),
  recovery: () => import('./recovery.ts'),
  scan: () => import('./scan.ts'),
  startup: () => import('./startup.ts'),
  status: () => import('./status.ts'),
};

const [name, ...rest] = process.argv.slice(2);
const names = name === 'all' ? Object.keys(benches) : [name ?? ''];
if (names.some((wanted) => benches[wanted] === undefined)) {
  console.error(`Usage: npm run bench -- <all | ${Object.keys(benches).join(' | ')}>`);
  process.exitCode = 2;
} else {
  const figures: Figure[] = [];
  for (const wanted of names) {
    console.log(`\n# ${wanted}\n\n${noiseNote()}\n`);
    const bench = await benches[wanted]?.();
    figures.push(...((await bench?.run(rest)) ?? []));
  }
  if (figures.length > 0) console.log(`\n${figureTable(figures)}\n\n${noiseNote()}`);
  // For people and for scripts: a figure that was not reached is seen without reading the table.
  if (figures.some((figure) => !isReached(figure))) process.exitCode = 1;
}
