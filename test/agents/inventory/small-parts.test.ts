import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareBytes } from '../../../src/agents/inventory/byte-order.ts';
import {
  checkStateLog,
  knownSha256,
  readStateLog,
  stateEnd,
  stateHeader,
  stateLine,
} from '../../../src/agents/inventory/file-state-log.ts';
import { isRacy } from '../../../src/agents/inventory/file-version.ts';
import type { FileVersion } from '../../../src/agents/inventory/file-version.ts';
import { createGlob } from '../../../src/agents/inventory/glob.ts';
import { sha256Of } from '../../../src/agents/receipt/canonical.ts';

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
  .map((rows) =>
    rows
      .toSorted(([a], [b]) => compareBytes(a, b))
      .map(([path, size, time]) => ({
        path,
        sha256: sha256Of(path),
        size,
        mtimeNs: time,
        ctimeNs: time + 1n,
        ino: size,
      })),
  );

interface KnownFile extends FileVersion {
  readonly path: string;
  readonly sha256: string;
}

const print = (folder: string, files: readonly KnownFile[]): string => {
  const body =
    stateHeader(folder) + files.map((file) => stateLine(file.sha256, file.path, file)).join('');
  return body + stateEnd(files.length, sha256Of(body));
};

describe('FILE.STATE.LOG', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'state-log-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What a log knows of paths, null when it is not to be used. */
  const read = async (text: string, of: string) => {
    const log = join(folder, 'FILE.STATE.LOG');
    await writeFile(log, text);
    return (await checkStateLog(log, of)) === null ? null : readStateLog(log);
  };

  it('knows what was written, for its own folder and the same version only', async () => {
    await fc.assert(
      fc.asyncProperty(states, fc.string(), fc.nat(), async (files, of, seed) => {
        const text = print(of, files);
        expect(await read(text, `${of}x`)).toBeNull();
        const known = await read(text, of);
        // Some are gone, some have changed, one is new.
        const kept = files.filter((_, index) => (seed + index) % 3 !== 0);
        expect(known?.lineOf('')).toBeNull();
        kept.forEach((file, index) => {
          const changed = (seed + index) % 2 === 0;
          const version = changed ? { ...file, ino: file.ino + 1n } : file;
          const line = known?.lineOf(file.path) ?? '';
          expect(knownSha256(line, version)).toBe(changed ? null : file.sha256);
        });
        expect(known?.lineOf('\u{10ffff}z')).toBeNull();
        known?.close();
      }),
    );
  });

  it('is as good as none after any character is changed, cut or doubled', async () => {
    const puts = fc.constantFrom('', 'x', '\n', '\t', '0');
    await fc.assert(
      fc.asyncProperty(states, fc.nat(), puts, async (files, seed, put) => {
        const text = print('0UT.3OX', files);
        const at = seed % text.length;
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        if (changed !== text) expect(await read(changed, '0UT.3OX')).toBeNull();
        expect(await read(text.slice(0, at), '0UT.3OX')).toBeNull();
        expect(await read(text + text, '0UT.3OX')).toBeNull();
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
