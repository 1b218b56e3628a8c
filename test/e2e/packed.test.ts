/** The package as it would be installed: only the files that `npm pack` takes, in a folder of their own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const packed = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);
const manifest = z.object({ bin: z.object({ workflow: z.string() }), version: z.string() });

let root = '';
let files: readonly string[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'packed-'));
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  files = packed.parse(JSON.parse(said))[0].files.map(({ path }) => path);
  for (const file of files) cpSync(file, join(root, 'package', file));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
  cpSync('examples/station', join(root, 'station'), { recursive: true });
}, 60_000);

afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));

const { bin, version } = manifest.parse(
  JSON.parse(
    execFileSync(process.execPath, ['-p', 'JSON.stringify(require("./package.json"))'], {
      encoding: 'utf8',
    }),
  ),
);

const workflow = (...args: readonly string[]) =>
  spawnSync(
    process.execPath,
    [join(root, 'package', bin.workflow), '-C', join(root, 'station'), ...args],
    { encoding: 'utf8', cwd: root, env: { ...process.env, STATION: '', DISCORD_TOKEN: '' } },
  );

describe('the packed program', () => {
  it('has programs, definitions, agents and examples in it', () => {
    for (const start of ['dist/src/main.js', 'workflows/', 'agents/', 'examples/station/']) {
      expect(files.some((file) => file.startsWith(start))).toBe(true);
    }
    expect(files.filter((file) => /^(?:src|test|dist\/tsc)\//u.test(file))).toEqual([]);
  });

  it('says its version, finds its definitions and looks at a station', () => {
    expect(workflow('--version').stdout.trim()).toBe(version);
    expect(workflow('describe').stdout).toContain('inventory-validation');
    expect(workflow('status').stderr).toContain('Nothing is under way');
    expect(workflow('status', 'NONE').status).toBe(3);
  });

  it('finds its agent host and the threads of a scan', () => {
    const ended = workflow('start', 'inventory-validation-v1', 'target_folder=0UT.3OX', '--json');
    expect(ended.stderr).not.toContain('Error');
    expect(workflow('list', '--json').stdout).toContain('"COMPLETED"');
    expect(ended.status).toBe(0);
  });

  it('names the source in a stack trace', () => {
    const { stderr } = spawnSync(
      process.execPath,
      [join(root, 'package', bin.workflow), 'status', '-C', '/nowhere'],
      { encoding: 'utf8', env: { ...process.env, LOG_LEVEL: 'debug' } },
    );
    expect(stderr).toMatch(/src[\\/]station[\\/]find-station\.ts:\d+/u);
  });

  it('gives the test engine to whoever imports it', () => {
    const script =
      "import('./package/dist/src/testing/test-engine.js').then((all) => console.log(typeof all.createTestEngine))";
    const said = execFileSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
    expect(said.trim()).toBe('function');
  });
});
