/** A few mutants for each parser at every change, and every input that ever broke one for good. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fuzzTarget } from './fuzz-target.ts';
import { targets } from './targets.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? '150');
const seed = Number(process.env['FUZZ_SEED'] ?? '20261124');

describe('mutants', { timeout: 120_000 }, () => {
  it.each(targets)('do no harm to the $name parser', async (target) => {
    expect(await fuzzTarget(target, { runs, seed, path: null })).toBeNull();
  });
});

const kept = z.object({
  target: z.string(),
  about: z.string(),
  text: z.string(),
  times: z.int().default(1),
});
const folder = join('test', 'fuzz', 'cases');
const cases = readdirSync(folder).map((name) => ({
  name,
  ...kept.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
}));

describe('what broke a parser once', () => {
  it('is kept', () => {
    expect(cases.length).toBeGreaterThan(0);
  });

  it.each(cases)('$name: $about', async ({ target, text, times }) => {
    const found = targets.find(({ name }) => name === target);
    expect(found, `no target is called ${target}`).toBeDefined();
    await found?.run(text.repeat(times));
  });
});
