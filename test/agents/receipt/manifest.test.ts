import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealManifest, sha256Of } from '../../../src/agents/receipt/canonical.ts';
import { parseManifest, printManifest } from '../../../src/agents/receipt/manifest.ts';
import type { ManifestFile } from '../../../src/agents/receipt/manifest.ts';
import { verifyManifest } from '../../../src/agents/receipt/verify-manifest.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { anyByteChanged } from './changes.ts';

const HEAD = { station: 'ST "1"', run: 'wf-1', siriusTime: '⧗-25.61.1420', folder: '0UT.3OX' };
const entry = (path: string, content: string): ManifestFile => ({
  path,
  size: Buffer.byteLength(content),
  modified: '2025-10-07T00:00:00.000Z',
  sha256: sha256Of(content),
});

describe('FILE.MANIFEST.txt', () => {
  it('has header lines, then a line for each file', () => {
    const text = printManifest({ ...HEAD, files: [entry('a b.txt', 'aa'), entry('c', '')] });
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

  it('reads back as it was written, whatever the names', () => {
    const file = fc.record({
      path: fc.string({ unit: 'binary', minLength: 1 }),
      size: fc.option(fc.nat()),
      modified: fc.constantFrom(null, '2025-10-07T00:00:00.000Z'),
      sha256: fc.constantFrom(null, 'a'.repeat(64)),
    });
    fc.assert(
      fc.property(fc.array(file), fc.string({ minLength: 1 }), (files, folder) => {
        const manifest = { ...HEAD, folder, files };
        expect(parseManifest(Buffer.from(printManifest(manifest)))).toEqual(manifest);
      }),
    );
  });
});

describe('checking a folder against its manifest', () => {
  let root: string;
  let remove: () => Promise<void>;
  const file = () => join(root, 'FILE.MANIFEST.txt');
  const verify = () => verifyManifest(file(), createFakeContext({ root }).paths);
  const CONTENT = { 'a.txt': 'aaa', 'b/c [1].txt': 'ccc', '日本.md': '' };
  const text = printManifest({
    ...HEAD,
    files: Object.entries(CONTENT).map(([path, content]) => entry(path, content)),
  });

  beforeEach(async () => {
    ({ root, remove } = await createTempStation());
    await addFiles(join(root, '0UT.3OX'), CONTENT);
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
