import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareBytes } from '../../../src/agents/inventory/byte-order.ts';
import { manifestSealLine, sha256Of } from '../../../src/agents/receipt/canonical.ts';
import { openManifest, printManifest } from '../../../src/agents/receipt/manifest.ts';
import type { ManifestFile, ManifestHead } from '../../../src/agents/receipt/manifest.ts';
import { verifyManifest } from '../../../src/agents/receipt/verify-manifest.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { anyByteChanged } from './changes.ts';

const HEAD = { station: 'ST "1"', run: 'wf-1', siriusTime: '⧗-25.61.1420', folder: '0UT.3OX' };
/** The manifest's text; its files come in portions of two. */
const print = async (head: ManifestHead, files: readonly ManifestFile[]): Promise<string> => {
  const manifest = await printManifest(head, async function* portions() {
    for (let at = 0; at < files.length; at += 2) yield files.slice(at, at + 2);
  });
  let text = '';
  for await (const piece of manifest.text()) text += piece;
  expect(manifest.sha256).toBe(sha256Of(text));
  return text;
};
const sealManifest = (body: string): string => manifestSealLine(sha256Of(body)) + body;
const entry = (path: string, content: string): ManifestFile => ({
  path,
  size: Buffer.byteLength(content),
  modified: '2025-10-07T00:00:00.000Z',
  sha256: sha256Of(content),
});

describe('FILE.MANIFEST.txt', () => {
  it('has header lines, then a line for each file', async () => {
    const text = await print(HEAD, [entry('a b.txt', 'aa'), entry('c', '')]);
    expect(text.split('\n').slice(1)).toEqual([
      '# station: "ST \\"1\\""',
      '# run: wf-1',
      '# sirius_time: ⧗-25.61.1420',
      '# folder: "0UT.3OX"',
      '# files: 2',
      '# bytes: 2',
      `${sha256Of('aa')}  2  2025-10-07T00:00:00.000Z  a b.txt`,
      `${sha256Of('')}  0  2025-10-07T00:00:00.000Z  c`,
      '',
    ]);
  });

  it('reads back as it was written, whatever the names', async () => {
    const { root, remove } = await createTempStation();
    const file = fc.record({
      path: fc.string({ unit: 'binary', minLength: 1 }),
      size: fc.option(fc.nat()),
      modified: fc.constantFrom(null, '2025-10-07T00:00:00.000Z'),
      sha256: fc.constantFrom(null, 'a'.repeat(64)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file), fc.string({ minLength: 1 }), async (files, folder) => {
        const sorted = files.toSorted((a, b) => compareBytes(a.path, b.path));
        await writeFile(join(root, 'manifest'), await print({ ...HEAD, folder }, sorted));
        const opened = await openManifest(join(root, 'manifest'));
        if ('problem' in opened) throw new Error(opened.problem);
        expect(opened).toMatchObject({ ...HEAD, folder });
        expect([...opened.files()]).toEqual(sorted);
      }),
    );
    await remove();
  });
});

describe('checking a folder against its manifest', () => {
  let root: string;
  let remove: () => Promise<void>;
  const file = () => join(root, 'FILE.MANIFEST.txt');
  const verify = () => verifyManifest(file(), createFakeContext({ root }).paths);
  const CONTENT = { 'a.txt': 'aaa', 'b/c [1].txt': 'ccc', '日本.md': '' };
  let text: string;

  beforeEach(async () => {
    ({ root, remove } = await createTempStation());
    await addFiles(join(root, '0UT.3OX'), CONTENT);
    const files = Object.entries(CONTENT).map(([path, content]) => entry(path, content));
    text = await print(HEAD, files);
    await writeFile(file(), text);
  });
  afterEach(() => remove());

  it('says yes to the untouched one', async () => {
    expect(await verify()).toMatchObject({ ok: true, checked: 3, extra: [] });
  });

  it('says no after any one byte of a file is changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyByteChanged(Buffer.from('ccc')), async (changed) => {
        await writeFile(join(root, '0UT.3OX', 'b', 'c [1].txt'), changed);
        const { ok, changed: found } = await verify();
        expect([ok, found.map((difference) => difference.path)]).toEqual([false, ['b/c [1].txt']]);
      }),
      { numRuns: 30 },
    );
  });

  it('says no after any one byte of the manifest is changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyByteChanged(Buffer.from(text)), async (changed) => {
        await writeFile(file(), changed);
        const { ok, problem } = await verify();
        expect([ok, problem === null]).toEqual([false, false]);
      }),
    );
  });

  it('follows no path of a forged manifest out of its folder', async () => {
    await writeFile(
      file(),
      sealManifest(`# folder: "0UT.3OX"\n${'a'.repeat(64)}  1  -  ../../etc/passwd\n`),
    );
    expect((await verify()).changed).toEqual([
      { path: '../../etc/passwd', why: 'its path leaves the folder' },
    ]);
    await writeFile(file(), sealManifest('# folder: "../.."\n'));
    await expect(verify()).rejects.toMatchObject({ type: 'InvalidPathError' });
  });
});
