/** What the package exports, used as the page about it shows. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { docBlock } from '../support/doc-block.ts';

const manifest = z.object({ exports: z.object({ '.': z.object({ default: z.string() }) }) });

test("createTestEngine is the package's entry, and the example of its page runs", () => {
  const { exports } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const entry = pathToFileURL(resolve(exports['.'].default)).href;
  const definition = readFileSync(
    'examples/station/.3ox.index/CORE/WORKFLOWS/folder-listing.workflow.yaml',
    'utf8',
  );
  const block = docBlock('docs/how-to/test-workflows.md', 'js').replace(
    "'cmd-bridge'",
    `'${entry}'`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'package-entry-'));
  try {
    const file = join(folder, 'example.mjs');
    const [imports = '', ...rest] = block.split('\n');
    writeFileSync(
      file,
      [imports, `const yamlText = ${JSON.stringify(definition)};`, ...rest].join('\n'),
    );
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    // Nobody answers the second task: after its 10 s it fails, within the hour that passes.
    expect(stdout.trim()).toBe('TIMED_OUT');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
