import * as fc from 'fast-check';
import { mutantsOf } from './mutate.ts';
import type { Target } from './targets.ts';

export interface FuzzOptions {
  readonly runs: number;
  readonly seed: number;
  /** Where in the tree of a failing run to go on, as the failure printed it. */
  readonly path: string | null;
}

/** How a target fared: null when nothing was found, else what it was and how to see it again. */
export const fuzzTarget = async (
  target: Target,
  { runs, seed, path }: FuzzOptions,
): Promise<string | null> => {
  let slowest = { took: 0, text: '' };
  const property = fc.asyncProperty(mutantsOf(target.seeds), async (text) => {
    const begun = performance.now();
    await target.run(text);
    const took = performance.now() - begun;
    if (took > slowest.took) slowest = { took, text };
    if (Object.prototype.hasOwnProperty.call(Object.prototype, 'polluted')) {
      throw new Error('Object.prototype was changed');
    }
  });
  const result = await fc.check(property, {
    numRuns: runs,
    seed,
    ...(path === null ? {} : { path }),
  });
  if (result.failed) {
    const [text = ''] = result.counterexample ?? [];
    const again = `npm run fuzz -- --target ${target.name} --seed ${result.seed} --path ${result.counterexamplePath ?? ''}`;
    const cause = result.errorInstance;
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    return `${target.name}: ${why}\n  input: ${JSON.stringify(text)}\n  again: ${again}`;
  }
  // A parser may be slow on a busy machine; one that takes this long is not linear.
  return slowest.took > TOO_LONG
    ? `${target.name}: ${Math.round(slowest.took)} ms for ${slowest.text.length} characters\n  input: ${JSON.stringify(slowest.text)}\n  again: npm run fuzz -- --target ${target.name} --seed ${seed} --runs ${runs}`
    : null;
};

const TOO_LONG = 20_000;
