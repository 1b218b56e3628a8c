/** `npm run fuzz -- [--runs N] [--target NAME] [--seed N] [--path P]`: mutants for every parser at the edge. */
import { parseArgs } from 'node:util';
import { fuzzTarget } from './fuzz-target.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    target: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' },
  },
});
const chosen = targets.filter(({ name }) => values.target === undefined || values.target === name);
if (chosen.length === 0) {
  console.error(
    `There is no target ${values.target}; there are ${targets.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
let failed = 0;
for (const target of chosen) {
  const begun = performance.now();
  const found = await fuzzTarget(target, {
    runs: Number(values.runs),
    seed: Number(values.seed),
    path: values.path ?? null,
  });
  const took = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(found === null ? `✓ ${target.name}: ${values.runs} runs in ${took} s` : `✗ ${found}`);
  if (found !== null) failed += 1;
}
console.log(`seed ${values.seed}; ${failed} of ${chosen.length} targets failed`);
process.exitCode = failed === 0 ? 0 : 1;
