/** The built program on a copy of the example station. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROGRAM = resolve('dist/src/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as one JSON value. */
  readonly json: () => unknown;
}

export interface Station {
  readonly root: string;
  /** Runs the program on this station to its end. */
  workflow(...args: readonly string[]): Promise<Ended>;
  /** Starts `serve` and resolves when it is ready. */
  serve(): Promise<ChildProcess>;
  remove(): Promise<void>;
}

/** `environment` is added to that of every program started. */
export const createStation = async (
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Station> => {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run "npm run build" first`);
  const root = join(await mkdtemp(join(tmpdir(), 'workflow-cli-')), 'station');
  await cp('examples/station', root, { recursive: true });
  const children = new Set<ChildProcess>();

  const launch = (args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [PROGRAM, '-C', root, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, STATION: '', DISCORD_TOKEN: '', LOG_LEVEL: 'error', ...environment },
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  };

  return {
    root,
    workflow: (...args) => ended(launch(args)),
    serve: () =>
      new Promise((ready, reject) => {
        const child = launch(['serve']);
        child.stdout?.once('data', () => ready(child));
        child.once('close', (code) => reject(new Error(`serve ended with ${code}`)));
      }),
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await rm(resolve(root, '..'), { recursive: true, force: true, maxRetries: 10 });
    },
  };
};

export const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((done) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.once('close', (code) =>
      done({ code, stdout, stderr, json: (): unknown => JSON.parse(stdout) }),
    );
  });
