import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, listedEntry } from '../../src/runtime/run-list.ts';
import { summaryOf } from '../journal/noted.ts';

const runs = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }).map((numbers) =>
  numbers.map((number) =>
    listedEntry({
      ...summaryOf(`wf-17640000000${String(number).padStart(2, '0')}-abcdefghi`),
      workflow: number % 3 === 0 ? 'inventory' : 'other',
      createdAt: 1_764_000_000_000 + number,
    }),
  ),
);

test('pages put together are the list, whatever their size', () => {
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 7 }), fc.boolean(), (listed, limit, filtered) => {
      const filter = filtered ? { workflow: 'INV*' } : {};
      const whole = linesOf(listed, filter).map(({ run }) => run);
      expect(whole).toEqual([...whole].sort().reverse());
      const pages: string[] = [];
      for (let after: string | undefined; ;) {
        const page = linesOf(listed, {
          ...filter,
          limit,
          ...(after === undefined ? {} : { after }),
        });
        pages.push(...page.map(({ run }) => run));
        after = page.at(-1)?.run;
        if (page.length < limit) break;
      }
      expect(pages).toEqual(whole);
    }),
  );
});
