/**
 * What an agent of the registry runs on, looked at from here: whether it is there, how to mend it
 * when it is not, and its version. Only programs known to be interpreters are asked for theirs.
 */
import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../../lib/find-program.ts';
import type { CommandEntry } from '../process/command-agent.ts';
import { findPowerShell, powerShellProblem } from '../process/powershell-agent.ts';
import type { PowerShellEntry } from '../process/powershell-agent.ts';

/** An agent's runtime, as it is on this machine. */
export interface Runtime {
  /** Such as `Python 3.12.1`; null when nobody knows. */
  readonly version: string | null;
  /** Why it cannot work, or null. */
  readonly missing: { readonly why: string; readonly fix: string } | null;
}

export const NODE: Runtime = { version: `Node ${process.version}`, missing: null };

/** The runtime of a `powershell` entry. */
export const powerShellRuntime = async (
  station: string,
  { name, script }: PowerShellEntry,
): Promise<Runtime> => {
  const problem = powerShellProblem(process.env);
  if (problem !== null) return { version: null, missing: split(problem) };
  if (script !== null && !(await isThere(resolve(station, script)))) {
    const place = `agents.${name}.script in .3ox/agents.yaml`;
    return missing(`${script} is not in the station`, `put it there, or correct ${place}`);
  }
  return { version: await versionOf(findPowerShell(process.env) ?? ''), missing: null };
};

/** The runtime of a `command` entry. */
export const commandRuntime = async (station: string, entry: CommandEntry): Promise<Runtime> => {
  const [program = '', ...args] = entry.command;
  const cwd = join(station, entry.cwd ?? '');
  const place = `agents.${entry.name}.command in .3ox/agents.yaml`;
  const environment = { ...process.env, ...entry.env };
  const path = program === 'node' ? process.execPath : findProgram(program, { cwd, environment });
  if (path === null) {
    return missing(`${program} was not found`, `install ${program}, or correct ${place}`);
  }
  const script = args.find((arg) => SCRIPT.test(arg));
  if (script !== undefined && !(await isThere(join(cwd, script)))) {
    return missing(`${script} is not in the station`, `put it there, or correct ${place}`);
  }
  return program === 'node' ? NODE : { version: await versionOf(path), missing: null };
};

const missing = (why: string, fix: string): Runtime => ({ version: null, missing: { why, fix } });

/** Agents say why and what to do in one sentence: `why; fix`. */
export const split = (text: string): { readonly why: string; readonly fix: string } => {
  const [why = '', ...fix] = text.split('; ');
  return { why, fix: fix.length === 0 ? 'workflow doctor' : fix.join('; ') };
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** A file to be run, relative to where the program runs. */
const SCRIPT = /^(?![-\\/]|[A-Za-z]:)[^\s:]+\.(py|sh|js|cjs|mjs|ts|rb|pl|php|ps1)$/;

const INTERPRETER = /^(python[\d.]*|pwsh|ruby|perl|php|deno|bun|bash|java)$/;

const versions = new Map<string, Promise<string | null>>();

/** The first line of `--version`; asked once in a process's life. */
const versionOf = (path: string): Promise<string | null> => {
  const name = basename(path)
    .replace(/\.exe$/i, '')
    .toLowerCase();
  if (!INTERPRETER.test(name)) return Promise.resolve(null);
  const known = versions.get(path) ?? askVersion(path);
  versions.set(path, known);
  return known;
};

const askVersion = async (path: string): Promise<string | null> => {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], {
      timeout: 5_000,
      windowsHide: true,
    });
    return (
      stdout
        .split('\n')
        .find((line) => line.trim() !== '')
        ?.trim()
        .slice(0, 80) ?? null
    );
  } catch {
    // It does not say; whether it can work is another question.
    return null;
  }
};
