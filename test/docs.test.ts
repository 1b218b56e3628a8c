/**
 * Every command in README and docs is run as written, in a copy of the example station.
 * `# exit N` behind a command is the exit code it promises; without it that is 0. Blocks of
 * PowerShell are run by pwsh, where it is.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { findPowerShell } from '../src/agents/process/powershell-agent.ts';

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = pages.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n(.*?)^```/gmsu)].map(
    ([, language = '', text = '']) => ({ page, language, text }),
  ),
);

const powershell = blocks.filter(({ language }) => language === 'powershell');
const pwsh = findPowerShell(process.env);
if (pwsh === null && powershell.length > 0) {
  console.warn(
    `NOT RUN: ${powershell.length} blocks of PowerShell in the documentation: pwsh is not on the PATH`,
  );
}

const shell = blocks.filter(({ language }) => language === 'sh' || language === 'bash');

describe('the documentation', () => {
  it('was read: there are pages, commands and YAML to check', () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(shell.length).toBeGreaterThan(2);
  });

  it.each(shell)(
    'runs the commands of $page',
    ({ text }) => {
      const station = mkdtempSync(join(tmpdir(), 'docs-station-'));
      try {
        cpSync('examples/station', station, { recursive: true });
        for (const line of text.split('\n')) {
          const [command = '', promise = '0'] = line.split(/ +# exit /u);
          if (command.trim() === '' || command.startsWith('#')) continue;
          const { code, output } = runIn(station, command);
          expect(code, `${command}\n${output}`).toBe(Number(promise));
        }
      } finally {
        rmSync(station, { recursive: true, force: true });
      }
    },
    120_000,
  );

  it.skipIf(pwsh === null).each(powershell)(
    'runs the PowerShell of $page',
    ({ text }) => {
      const station = mkdtempSync(join(tmpdir(), 'docs-station-'));
      try {
        cpSync('examples/station', station, { recursive: true });
        const prelude = `$ErrorActionPreference = 'Stop'\nfunction workflow { & '${process.execPath}' '${built('cli/main.js')}' @args }\n`;
        const { status, stdout, stderr } = spawnSync(
          pwsh ?? '',
          ['-NoProfile', '-NonInteractive', '-Command', `${prelude}${text}`],
          { cwd: station, encoding: 'utf8', timeout: 100_000, env: environmentOf(station) },
        );
        expect(status, `${text}\n${stdout}${stderr}`).toBe(0);
      } finally {
        rmSync(station, { recursive: true, force: true });
      }
    },
    120_000,
  );

  it.each(blocks.filter(({ language, text }) => language === 'yaml' && /^[^#\s]/mu.test(text)))(
    'shows YAML that can be read in $page',
    ({ text }) => {
      expect(load(text)).toBeDefined();
    },
  );

  it('links to pages that exist', () => {
    const dead = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/gu)]
        .map(([, target = '']) => join(page, '..', target))
        .filter((target) => !existsSync(target))
        .map((target) => `${page} -> ${target}`),
    );
    expect(dead).toEqual([]);
  });
});

/**
 * `workflow` is the built program and `npm start` the built bridge with its input at an end.
 * `npm install`, `npm test` and `npm run …` would run this very suite again, so for those
 * only the script's existence is checked.
 */
const runIn = (station: string, command: string): { code: number | null; output: string } => {
  const script = /^npm (?:run )?([\w:-]+)/u.exec(command)?.[1];
  if (script !== undefined && script !== 'start') {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const known = script === 'install' || script in scripts;
    return { code: known ? 0 : 1, output: `package.json has no script ${script}` };
  }
  const functions = `workflow() { "${process.execPath}" "${built('cli/main.js')}" "$@"; }\nnpm() { "${process.execPath}" "${built('main.js')}"; }\n`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `${functions}${command}`], {
    cwd: station,
    encoding: 'utf8',
    input: '',
    timeout: 60_000,
    env: environmentOf(station),
  });
  return { code: status, output: `${stdout}${stderr}` };
};

const environmentOf = (station: string) => ({
  ...process.env,
  STATION: station,
  DISCORD_TOKEN: '',
});

const built = (file: string): string => {
  const path = resolve('dist/src', file);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
};
