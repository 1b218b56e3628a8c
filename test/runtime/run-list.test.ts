import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, listedEntry } from '../../src/runtime/run-list.ts';
import type { ArchiveEntry, ArchiveQuery } from '../../src/journal/journal.ts';
import { summaryOf } from '../journal/noted.ts';

const entries = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }).map((numbers) =>
  numbers.map((number) => ({
    ...summaryOf(`wf-17640000000${String(number).padStart(2, '0')}-abcdefghi`),
    workflow: number % 3 === 0 ? 'inventory' : 'other',
    createdAt: 1_764_000_000_000 + number,
  })),
);

/** Some of the runs are live, the others come as the archive gives them. */
const runsOf = (all: readonly ArchiveEntry[], live: number) => ({
  here: all.slice(0, live).map(listedEntry),
  archived: {
    newest: ({ below }: ArchiveQuery = {}) =>
      all
        .slice(live)
        .filter(({ run }) => below === undefined || run < below)
        .sort((a, b) => (a.run > b.run ? -1 : 1)),
  },
});

test('pages put together are the list, whatever their size', () => {
  fc.assert(
    fc.property(
      entries,
      fc.nat({ max: 30 }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (all, live, limit, filtered) => {
        const runs = runsOf(all, live);
        const filter = filtered ? { workflow: 'INV*' } : {};
        const whole = linesOf(runs, filter).map(({ run }) => run);
        const wanted = all.filter(({ workflow }) => !filtered || workflow === 'inventory');
        expect(whole).toEqual(
          wanted
            .map(({ run }) => run)
            .sort()
            .reverse(),
        );
        const pages: string[] = [];
        for (let after: string | undefined; ;) {
          const page = linesOf(runs, {
            ...filter,
            limit,
            ...(after === undefined ? {} : { after }),
          });
          pages.push(...page.map(({ run }) => run));
          after = page.at(-1)?.run;
          if (page.length < limit) break;
        }
        expect(pages).toEqual(whole);
      },
    ),
  );
});
