/**
 * PowerShell for tests: the real one where there is one, else its engine alone
 * (`powershell-host/`), built once with dotnet into node_modules/.cache.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { findPowerShell } from '../../src/agents/process/powershell-agent.ts';
import { findProgram } from '../../src/lib/find-program.ts';

/** What tests run PowerShell with. */
export interface TestPowerShell {
  /** `engine`: without Get-ChildItem, Write-Host and the other cmdlets of pwsh's own modules. */
  readonly type: 'pwsh' | 'engine';
  /** Environment in which powershell agents find it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * PowerShell, or null after saying which tests are not run for want of it.
 * @throws Error in CI, where one of the two must be there, and when the engine cannot be built
 */
export const powerShell = (tests: string): TestPowerShell | null => {
  if (findPowerShell(process.env) !== null) return { type: 'pwsh', environment: process.env };
  if (findProgram('dotnet', { cwd: '', environment: process.env }) === null) {
    const need = `${tests}: neither pwsh 7.2 or newer nor the .NET 10 SDK (dotnet) is on the PATH`;
    if (process.env['CI'] !== undefined) throw new Error(`CI needs one of them. ${need}`);
    console.warn(`NOT RUN: ${need}`);
    return null;
  }
  return { type: 'engine', environment: { ...process.env, WORKFLOW_PWSH: engine() } };
};

/** What only the real PowerShell can show; says so aloud where it is not there. */
export const hasFullPowerShell = (tests: string): boolean => {
  const there = findPowerShell(process.env) !== null;
  if (!there) console.warn(`NOT RUN: ${tests}: they need pwsh itself, which is not on the PATH`);
  return there;
};

const SOURCE = join(import.meta.dirname, 'powershell-host');
const FILES = ['Program.cs', 'powershell-host.csproj'];

const engine = (): string => {
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(readFileSync(join(SOURCE, file)));
  const cache = join('node_modules', '.cache');
  const folder = join(cache, `powershell-host-${hash.digest('hex').slice(0, 12)}`);
  const program = join(process.cwd(), folder, 'powershell-host');
  if (existsSync(program)) return program;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'powershell-host-'));
  try {
    for (const file of FILES) cpSync(join(SOURCE, file), join(work, file));
    const args = ['build', '-c', 'Release', '-o', join(work, 'out'), '--nologo', '-v', 'q'];
    execFileSync('dotnet', [...args, work], {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    // Whoever is first has built it for all.
    if (!existsSync(program)) renameSync(join(work, 'out'), folder);
  } catch (error) {
    if (existsSync(program)) return program;
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`The PowerShell engine could not be built (NuGet is needed):\n${said}`, {
      cause: error,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
};
