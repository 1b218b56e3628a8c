/** What every journal must do. Run against the file journal and the memory journal. */
import { describe, expect, test } from 'vitest';
import { JournalStoppedError, VersionConflictError } from '../../src/journal/journal.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { noted, replayed, summaryOf, write } from '../journal/noted.ts';
import type { Noted } from '../journal/noted.ts';

/** One journal on its own ground. */
export interface JournalUnderTest {
  readonly journal: Journal<Noted>;
  /** The next engine's journal on the same ground, under a higher epoch, after this one is closed. */
  reopen(): Promise<JournalUnderTest>;
}

/** Runs the contract; `create` makes an empty journal. */
export const journalContract = (name: string, create: () => Promise<JournalUnderTest>): void => {
  describe(`${name} keeps the journal contract`, () => {
    test('an empty journal holds nothing', async () => {
      const { journal } = await create();
      expect(await replayed(journal)).toEqual([]);
      expect(await journal.read('r1')).toEqual([]);
      expect([...journal.archived.newest()]).toEqual([]);
      await journal.close();
    });

    test('records count up, chain per run and come back as they were (I4, I5)', async () => {
      const first = await create();
      const a = await write(first.journal, 'a', ['1', '2']);
      const b = await write(first.journal, 'b', ['"quoted" \u2028 ünï ⧗ \n']);
      const more = await write(first.journal, 'a', ['3'], 2);
      const all = [...a, ...b, ...more];
      expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect(all.map(({ version }) => version)).toEqual([1, 2, 1, 3]);
      expect(all.map(({ prev }) => prev)).toEqual([
        '0'.repeat(64),
        a[0]?.hash,
        '0'.repeat(64),
        a[1]?.hash,
      ]);
      expect(await replayed(first.journal)).toEqual(all);
      await first.journal.close();
      const { journal } = await first.reopen();
      expect(await replayed(journal)).toEqual(all);
      expect(await journal.read('a')).toEqual([...a, ...more]);
      const [later] = await write(journal, 'b', ['after'], 1);
      expect(later).toMatchObject({ seq: 5, version: 2, prev: b[0]?.hash });
      expect(later?.epoch).toBeGreaterThan(b[0]?.epoch ?? Infinity);
      await journal.close();
    });

    test('all events of one decision are one record', async () => {
      const { journal } = await create();
      const events = [noted('fails'), noted('and so the run ends')];
      await journal.append({ run: 'a', events, cause: 'c', at: 5 }, 0);
      expect((await journal.read('a')).map((record) => record.events)).toEqual([events]);
      await journal.close();
    });

    test('a wrong version conflicts, and the check is made in call order', async () => {
      const { journal } = await create();
      const request = { run: 'a', events: [noted('x')], cause: 'c', at: 5 };
      const outcomes = await Promise.allSettled([
        journal.append(request, 0),
        journal.append(request, 0),
        journal.append(request, 1),
        journal.append({ ...request, run: 'b' }, 1),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'rejected',
      ]);
      await expect(journal.append(request, 7)).rejects.toBeInstanceOf(VersionConflictError);
      await expect(journal.append(request, 7)).rejects.toMatchObject({ expected: 7, actual: 2 });
      expect((await journal.read('a')).length).toBe(2);
      await journal.close();
    });

    test('many appends at once are all kept, in order', async () => {
      const first = await create();
      const pending = Array.from({ length: 300 }, (_, index) => {
        const run = `r${index % 7}`;
        const request = { run, events: [noted(String(index))], cause: 'c', at: index };
        return first.journal.append(request, Math.floor(index / 7));
      });
      const records = await Promise.all(pending);
      await first.journal.close();
      const { journal } = await first.reopen();
      expect(await replayed(journal)).toEqual(records);
      await journal.close();
    });

    test('an archived run leaves replay, stays readable and is listed newest first', async () => {
      const first = await create();
      const a = await write(first.journal, 'a', ['1', '2']);
      const b = await write(first.journal, 'b', ['1']);
      const c = await write(first.journal, 'c', ['1']);
      await first.journal.archive('a', summaryOf('a'));
      await Promise.all([
        first.journal.archive('b', summaryOf('b')),
        first.journal.archive('b', summaryOf('b')),
      ]);
      await first.journal.archive('a', summaryOf('a'));
      const check = async (journal: Journal<Noted>): Promise<void> => {
        expect(await replayed(journal)).toEqual(c);
        expect(await journal.read('a')).toEqual(a);
        expect(await journal.read('b')).toEqual(b);
        expect([...journal.archived.newest()]).toEqual([summaryOf('b'), summaryOf('a')]);
        await expect(write(journal, 'a', ['x'], 2)).rejects.toMatchObject({ code: 'RUN_ARCHIVED' });
        await expect(write(journal, 'a', ['x'], 0)).rejects.toMatchObject({ code: 'RUN_ARCHIVED' });
      };
      await check(first.journal);
      await first.journal.close();
      const { journal } = await first.reopen();
      await check(journal);
      await journal.close();
    });

    test('a restored run goes on where it was, and can be archived again', async () => {
      const first = await create();
      const a = await write(first.journal, 'a', ['1', '2']);
      const b = await write(first.journal, 'b', ['1']);
      await first.journal.archive('a', summaryOf('a'));
      expect(await first.journal.restore('a')).toEqual(a);
      expect(await first.journal.restore('a')).toEqual(a);
      const more = await write(first.journal, 'a', ['3'], 2);
      expect(more[0]?.prev).toBe(a[1]?.hash);
      expect(await replayed(first.journal)).toEqual([...a, ...b, ...more]);
      expect([...first.journal.archived.newest()]).toEqual([]);
      await first.journal.close();

      const second = await first.reopen();
      expect(await replayed(second.journal)).toEqual([...a, ...b, ...more]);
      const last = await write(second.journal, 'a', ['4'], 3);
      const whole = [...a, ...more, ...last];
      await second.journal.archive('a', { ...summaryOf('a'), done: 9 });
      expect(await second.journal.read('a')).toEqual(whole);
      await second.journal.close();

      const third = await second.reopen();
      expect(await replayed(third.journal)).toEqual(b);
      expect([...third.journal.archived.newest()]).toMatchObject([{ run: 'a', done: 9 }]);
      expect(await third.journal.restore('a')).toEqual(whole);
      await third.journal.close();
    });

    test('only known runs can be archived or restored, and names must be safe', async () => {
      const { journal } = await create();
      await expect(journal.archive('a', summaryOf('a'))).rejects.toThrow('does not know it');
      await expect(journal.restore('a')).rejects.toThrow('not in the archive');
      for (const run of ['../x', 'a/b', '', 'CON:', 'a\\b', 'index']) {
        await expect(journal.archive(run, summaryOf(run))).rejects.toMatchObject({
          code: 'RUN_NAME',
        });
      }
      await journal.close();
    });

    test('a closed journal takes nothing more', async () => {
      const { journal } = await create();
      const pending = write(journal, 'a', ['1']);
      await journal.close();
      await expect(pending).resolves.toHaveLength(1);
      await expect(write(journal, 'a', ['2'], 1)).rejects.toBeInstanceOf(JournalStoppedError);
    });
  });
};
