/**
 * One run of a program: bytes in, bytes out, log lines on the side, and an end in any case.
 * No shell is involved, so nothing in a payload is ever a command. Whoever aborts ends the whole
 * process tree, politely first.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { killTree, signalGroup } from './kill-tree.ts';
import { notStarted } from './not-started.ts';
import type { NotStarted } from './not-started.ts';
import type { ProgramRegister } from './programs.ts';

/** What to run and what to feed it. */
export interface ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  readonly signal: AbortSignal;
  /** Most bytes taken from stdout. */
  readonly limit: number;
  /** ms between asking a program to end and ending it. */
  readonly grace: number;
  /** Every line of stderr, as it comes. */
  readonly onLine: (line: string) => void;
  readonly programs: Pick<ProgramRegister, 'started'>;
}

/** How it ended. `output` is what stdout held until then. */
export type ProgramEnd =
  | { readonly type: 'exited'; readonly code: number; readonly output: Buffer }
  | { readonly type: 'killed'; readonly signal: string }
  | { readonly type: 'aborted' }
  | { readonly type: 'too-much' }
  | NotStarted;

/** Runs a program to its end. Never rejects. */
export const runProgram = (options: ProgramOptions): Promise<ProgramEnd> =>
  new Promise((resolve) => {
    if (options.signal.aborted) {
      resolve({ type: 'aborted' });
      return;
    }
    let child: ChildProcess;
    try {
      child = spawn(options.file, options.args, {
        cwd: options.cwd,
        env: options.env,
        stdio: ['pipe', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        // A group of its own, so that what it starts can be ended with it.
        detached: process.platform !== 'win32',
      });
    } catch (error) {
      resolve(notStarted(error));
      return;
    }
    const strikeOff = child.pid === undefined ? null : options.programs.started(child.pid);
    let forced: ProgramEnd | null = null;
    const output: Buffer[] = [];
    let size = 0;

    const end = (why: ProgramEnd): void => {
      if (forced !== null) return;
      forced = why;
      endTree(child, options.grace);
    };
    const onAbort = (): void => end({ type: 'aborted' });
    options.signal.addEventListener('abort', onAbort, { once: true });

    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > options.limit) end({ type: 'too-much' });
      else output.push(chunk);
    });
    readLines(child, options.onLine);
    // A program need not read its input.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input);

    child.on('error', (error) => {
      options.signal.removeEventListener('abort', onAbort);
      resolve(notStarted(error));
    });
    child.on('close', (code, signal) => {
      options.signal.removeEventListener('abort', onAbort);
      strikeOff?.();
      if (forced !== null) resolve(forced);
      else if (code === null) resolve({ type: 'killed', signal: signal ?? 'unknown' });
      else resolve({ type: 'exited', code, output: Buffer.concat(output) });
    });
  });

/** Longest line that is kept whole; a program that never ends its line must not fill the memory. */
const LONGEST_LINE = 8 * 1024;

const readLines = (child: ChildProcess, onLine: (line: string) => void): void => {
  let rest = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) if (line !== '') onLine(line.slice(0, LONGEST_LINE));
  });
  child.stderr?.on('end', () => {
    if (rest !== '') onLine(rest);
  });
};

/** Ends a program and what it started: asked first, forced after `grace` ms. */
const endTree = (child: ChildProcess, grace: number): void => {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    killTree(pid);
    return;
  }
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(pid, 'SIGKILL');
    // Something outside the group may still hold the pipes open.
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, grace);
  child.on('close', () => {
    clearTimeout(timer);
    // What the program left running in its group goes with it.
    signalGroup(pid, 'SIGKILL');
  });
};
