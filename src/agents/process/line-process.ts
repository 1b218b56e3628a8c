/**
 * A program that is spoken to in lines: what it prints comes line by line, and its end comes once,
 * after its last line. No shell is involved; it leads a process group of its own, so that what it
 * starts can be ended with it.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { killTree } from './kill-tree.ts';
import { notStarted } from './not-started.ts';
import type { NotStarted } from './not-started.ts';
import type { ProgramRegister } from './programs.ts';
import { createLineSplitter } from './split-lines.ts';
import type { LineSplitter } from './split-lines.ts';

/** What to start. */
export interface LineProcessOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Lines go in on file descriptor 3 and come out on 4, so that nothing the program starts reads or
   * writes them by chance; stdout is then like stderr. POSIX only.
   */
  readonly descriptors: boolean;
  /** Bytes of the longest line. */
  readonly limit: number;
  readonly programs: Pick<ProgramRegister, 'started'>;
  readonly onLine: (line: string) => void;
  /** Lines that are not part of the conversation. */
  readonly onErrorLine: (line: string) => void;
  /** Called for every piece that comes, with its number of bytes. */
  readonly onBytes: (count: number) => void;
  /** A line of the conversation is longer than allowed; its beginning. */
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
      stdio: options.descriptors
        ? ['ignore', 'pipe', 'pipe', 'pipe', 'pipe']
        : ['pipe', 'pipe', 'pipe'],
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
  let ended = false;

  const end = (how: ProcessEnd): void => {
    if (ended) return;
    ended = true;
    strikeOff();
    options.onEnd(how);
  };

  const input = options.descriptors ? writable(child.stdio[3]) : child.stdin;
  const output = options.descriptors ? readable(child.stdio[4]) : child.stdout;
  const asides = options.descriptors ? [child.stdout, child.stderr] : [child.stderr];
  const pipe = (stream: Readable | null, splitter: LineSplitter): void => {
    stream
      ?.on('data', (chunk: Buffer) => {
        options.onBytes(chunk.length);
        splitter.push(chunk);
      })
      .on('end', () => splitter.end());
  };
  const { limit, onLine, onErrorLine, onTooLong } = options;
  pipe(output, createLineSplitter({ limit, onLine, onTooLong }));
  for (const aside of asides) {
    pipe(aside, createLineSplitter({ limit, onLine: onErrorLine, onTooLong: onErrorLine }));
  }
  // It may be gone, or not care for its input.
  input?.on('error', nothing);
  child.on('error', (error) => {
    if (child.pid === undefined) end(notStarted(error));
  });
  child.on('exit', () => {
    // What it left running in its group goes with it.
    if (pid !== null && process.platform !== 'win32') killTree(pid);
    // Something outside the group may still hold the pipes open.
    const timer = setTimeout(() => {
      for (const stream of child.stdio) stream?.destroy();
    }, DRAIN);
    child.on('close', () => clearTimeout(timer));
  });
  child.on('close', (code, signal) => {
    end(code === null ? { type: 'killed', signal: signal ?? 'unknown' } : { type: 'exited', code });
  });

  return {
    pid,
    send: (text) => void (input?.writable === true && input.write(text)),
    hangUp: () => void input?.end(),
    kill() {
      if (pid !== null && !ended) killTree(pid);
    },
  };
};

/** ms a program's last words may take to arrive after it is gone. */
const DRAIN = 1_000;

const nothing = (): void => undefined;

type Stdio = ChildProcess['stdio'][number];

const readable = (stream: Stdio): Readable | null => (stream instanceof Readable ? stream : null);

const writable = (stream: Stdio): Writable | null => (stream instanceof Writable ? stream : null);
