/**
 * `npm run sim -- --seeds 100000`: plays seeds, stops at the first that breaks a rule and says how
 * to play it again. `--seed 7` plays one and tells what happens; `--from` sets the first seed.
 */
import { parseArgs } from 'node:util';
import { simulate } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    go: { type: 'boolean', default: false },
  },
});

const replay = (seed: number): string => `npm run sim -- --seed ${seed}`;

if (values.seed !== undefined) {
  const result = await simulate({ seed: Number(values.seed), log: (line) => console.log(line) });
  console.log(JSON.stringify(result));
} else {
  const from = Number(values.from);
  const end = from + Number(values.seeds);
  const begun = performance.now();
  const total = { steps: 0, runs: 0, crashes: 0, faults: 0 };
  let failed = 0;
  for (let seed = from; seed < end; seed += 1) {
    try {
      const { steps, runs, crashes, faults } = await simulate({ seed });
      total.steps += steps;
      total.runs += runs;
      total.crashes += crashes;
      total.faults += faults;
    } catch (error) {
      failed += 1;
      console.error(
        `seed ${seed}: ${error instanceof Error ? (error.stack ?? error.message).slice(0, 1_500) : String(error)}`,
      );
      console.error(`play it again: ${replay(seed)}`);
      if (!values.go) break;
    }
    if ((seed - from) % 1_000 === 999) console.log(`${seed - from + 1} seeds`);
  }
  const seconds = (performance.now() - begun) / 1_000;
  console.log(
    `${end - from} seeds, ${failed} failed: ${total.runs} runs, ${total.crashes} crashes, ${total.faults} faults, ${total.steps} steps in ${seconds.toFixed(1)} s`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}
