import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytes } from '../../../src/agents/inventory/byte-order.ts';
import {
  isRacy,
  parseStateLog,
  printStateLog,
} from '../../../src/agents/inventory/file-state-log.ts';
import { createGlob } from '../../../src/agents/inventory/glob.ts';
import { forEachPooled } from '../../../src/agents/inventory/pool.ts';

describe('byte order', () => {
  it('is that of the UTF-8 bytes', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareBytes(a, b))).toBe(bytes);
      }),
    );
  });
});

describe('patterns', () => {
  it.each([
    ['*.tmp', 'a/b/c.tmp', true],
    ['*.tmp', '.tmp', true],
    ['*.tmp', 'c.TMP', false],
    ['a/*.md', 'a/x.md', true],
    ['a/*.md', 'b/a/x.md', false],
    ['**/*.md', 'x.md', true],
    ['node_modules/', 'node_modules/x/y', true],
    ['a[1].txt', 'a[1].txt', true],
    ['a[1].txt', 'a1.txt', true],
    ['~$*', 'sub/~$report.docx', true],
    ['!*.md', 'x.txt', false],
  ])('%s on %s: %s', (pattern, path, matches) => {
    expect(createGlob(pattern)(path)).toBe(matches);
  });
});

const states = fc
  .uniqueArray(
    fc.tuple(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.bigInt({ min: 0n, max: 2n ** 63n }),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 63n }),
    ),
    { selector: ([path]) => path },
  )
  .map(
    (rows) =>
      new Map(
        rows.map(([path, size, time]) => [
          path,
          { sha256: 'c'.repeat(64), size, mtimeNs: time, ctimeNs: time + 1n, ino: size },
        ]),
      ),
  );

describe('FILE.STATE.LOG', () => {
  it('reads back what it wrote, for its own folder only', () => {
    fc.assert(
      fc.property(states, fc.string(), (map, folder) => {
        const text = printStateLog(folder, map);
        expect(parseStateLog(text, folder)).toEqual(map);
        expect(parseStateLog(text, `${folder}x`)).toBeNull();
      }),
    );
  });

  it('is as good as none after any character is changed, cut or doubled', () => {
    fc.assert(
      fc.property(states, fc.nat(), fc.constantFrom('', 'x', '\n', '\t', '0'), (map, seed, put) => {
        const text = printStateLog('0UT.3OX', map);
        const at = seed % text.length;
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        if (changed !== text) expect(parseStateLog(changed, '0UT.3OX')).toBeNull();
        expect(parseStateLog(text.slice(0, at), '0UT.3OX')).toBeNull();
        expect(parseStateLog(text + text, '0UT.3OX')).toBeNull();
      }),
    );
  });

  it('trusts a time only when its tick is over', () => {
    const at = (ns: bigint) => ({ size: 1n, ino: 1n, mtimeNs: 5n, ctimeNs: ns });
    expect(isRacy(at(1_000_000_000_001n), 1_000_000)).toBe(true);
    expect(isRacy(at(999_970_000_001n), 1_000_000)).toBe(false);
    expect(isRacy(at(999_000_000_000n), 1_000_000)).toBe(true); // whole seconds: a coarse clock
    expect(isRacy(at(997_000_000_000n), 1_000_000)).toBe(false);
  });
});

describe('the pool', () => {
  it('works on all items, never on more than its limit', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachPooled([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      done.push(item);
    });
    expect(most).toBe(3);
    expect(new Set(done)).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });

  it('stops at the first failure and throws it', async () => {
    const started: number[] = [];
    const work = forEachPooled([1, 2, 3, 4, 5], 1, (item) => {
      started.push(item);
      return item === 2 ? Promise.reject(new Error('two')) : Promise.resolve();
    });
    await expect(work).rejects.toThrow('two');
    expect(started).toEqual([1, 2]);
  });
});
