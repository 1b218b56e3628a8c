/** The built bridge as a real process on a copy of the example station. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const MAIN = resolve('dist/src/main.js');

/** A copy of the example station; `remove` it afterwards. */
export const copyStation = (): { readonly root: string; remove(): void } => {
  const root = mkdtempSync(join(tmpdir(), 'bridge-station-'));
  cpSync('examples/station', root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
};

export interface BridgeProcess {
  readonly pid: number;
  /** Everything printed so far. */
  output(): string;
  type(line: string): void;
  /** Ends the input, as a pipe does. */
  end(): void;
  /** Resolves when `text` was printed. */
  sees(text: string, ms?: number): Promise<void>;
  /** Resolves with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  kill(): Promise<void>;
}

export const startBridge = (
  station: string,
  environment: Readonly<Record<string, string>> = {},
): BridgeProcess => {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build first`);
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [MAIN], {
    cwd: station,
    env: { ...process.env, STATION: station, DISCORD_TOKEN: '', ...environment },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  // A killed bridge closes its end while we may still be writing.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  if (child.pid === undefined) throw new Error('The bridge could not be started');
  return {
    pid: child.pid,
    output: () => text,
    type: (line) => void child.stdin.write(`${line}\n`),
    end: () => void child.stdin.end(),
    sees: (wanted, ms = 30_000) =>
      until(
        () => text.includes(wanted),
        () => `"${wanted}" in:\n${text}`,
        ms,
      ),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Runs lines through a bridge whose input then ends. */
export const converse = async (
  station: string,
  lines: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> => {
  const bridge = startBridge(station);
  for (const line of lines) bridge.type(line);
  bridge.end();
  const code = await bridge.ended;
  return { code, output: bridge.output() };
};

/** Resolves when `holds`; looks often, gives up after `ms`. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  what: () => string,
  ms = 30_000,
): Promise<void> => {
  const giveUpAt = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`Waited ${ms} ms for ${what()}`);
    await new Promise((done) => setTimeout(done, 20));
  }
};

const presence = z.object({ process: z.object({ pid: z.number() }) });

/** Process ids of the station's living agent hosts. */
export const hostPids = (station: string): readonly number[] => {
  const folder = join(station, '.3ox', 'queue', 'hosts');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => presence.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))).process.pid)
    .filter(isAlive);
};

/** Whether a process of this id is there. */
export const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Names of all files below a folder of the station; empty when it is not there. */
export const filesBelow = (station: string, folder: string): readonly string[] => {
  const path = join(station, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
};
