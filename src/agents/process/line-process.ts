/**
 * A program that is spoken to in lines: what it prints comes line by line, and its end comes once,
 * after its last line. No shell is involved; it leads a process group of its own, so that what it
 * starts can be ended with it.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { killTree } from './kill-tree.ts';
import { notStarted } from './not-started.ts';
import type { NotStarted } from './not-started.ts';
import type { ProgramRegister } from './programs.ts';
import { createLineSplitter } from './split-lines.ts';

/** What to start. */
export interface LineProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Bytes of the longest line on stdout. */
  readonly limit: number;
  readonly programs: Pick<ProgramRegister, 'started'>;
  readonly onLine: (line: string) => void;
  readonly onErrorLine: (line: string) => void;
  /** Called for every piece that comes, with its number of bytes. */
  readonly onBytes: (count: number) => void;
  /** A line on stdout is longer than allowed; its beginning. */
  readonly onTooLong: (start: string) => void;
  readonly onEnd: (end: ProcessEnd) => void;
}

/** How it ended. */
export type ProcessEnd =
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'killed'; readonly signal: string }
  | NotStarted;

/** A program under way. */
export interface LineProcess {
  /** Null when it could not be started. */
  readonly pid: number | null;
  /** Writes to its stdin. Harmless once it is gone. */
  send(text: string): void;
  /** Ends its stdin: it is to end itself. */
  hangUp(): void;
  /** Ends it and what it started, at once. */
  kill(): void;
}

/** Starts a program. Never throws: what goes wrong comes by `onEnd`. */
export const startLineProcess = (options: LineProcessOptions): LineProcess => {
  let child: ChildProcess;
  try {
    child = spawn(options.file, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      detached: process.platform !== 'win32',
    });
  } catch (error) {
    queueMicrotask(() => options.onEnd(notStarted(error)));
    return { pid: null, send: nothing, hangUp: nothing, kill: nothing };
  }
  const pid = child.pid ?? null;
  const strikeOff = pid === null ? nothing : options.programs.started(pid);
  const { stdin } = child;
  let ended = false;

  const end = (how: ProcessEnd): void => {
    if (ended) return;
    ended = true;
    strikeOff();
    options.onEnd(how);
  };

  const pipe = (stream: ChildProcess['stdout'], splitter: ReturnType<typeof createLineSplitter>) =>
    stream
      ?.on('data', (chunk: Buffer) => {
        options.onBytes(chunk.length);
        splitter.push(chunk);
      })
      .on('end', () => splitter.end());
  const { limit, onLine, onErrorLine, onTooLong } = options;
  pipe(child.stdout, createLineSplitter({ limit, onLine, onTooLong }));
  pipe(child.stderr, createLineSplitter({ limit, onLine: onErrorLine, onTooLong: onErrorLine }));
  // It may be gone, or not care for its input.
  stdin?.on('error', nothing);
  child.on('error', (error) => {
    if (child.pid === undefined) end(notStarted(error));
  });
  child.on('exit', () => {
    // What it left running in its group goes with it.
    if (pid !== null && process.platform !== 'win32') killTree(pid);
    // Something outside the group may still hold the pipes open.
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, DRAIN);
    child.on('close', () => clearTimeout(timer));
  });
  child.on('close', (code, signal) => {
    end(code === null ? { type: 'killed', signal: signal ?? 'unknown' } : { type: 'exited', code });
  });

  return {
    pid,
    send: (text) => void (stdin?.writable === true && stdin.write(text)),
    hangUp: () => void stdin?.end(),
    kill() {
      if (pid !== null && !ended) killTree(pid);
    },
  };
};

/** ms a program's last words may take to arrive after it is gone. */
const DRAIN = 1_000;

const nothing = (): void => undefined;
