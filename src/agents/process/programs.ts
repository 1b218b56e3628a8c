/**
 * The programs a host has started, noted beside its sign of life: `<hosts>/<host>.programs/`, one
 * empty file each, `<pid>` or `<pid>-<start>`.
 *
 * Invariant: what outlives a killed host is ended before its task is offered again, so that no
 * task is worked on twice at a time on one machine. Programs of another machine cannot be reached;
 * those that leave their process group are not seen.
 */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStart, stateOf } from '../../lib/host/processes.ts';
import type { ProcessIdentity } from '../../lib/host/host.ts';
import { errorCode, unlinkIfPresent } from '../../lib/atomic-file.ts';
import { killTree } from './kill-tree.ts';

/** Where a host notes what it starts. */
export interface ProgramRegister {
  /** Notes a program; the function returned strikes it off once it has ended. */
  started(pid: number): () => void;
  /** Removes what is left of the register. */
  close(): Promise<void>;
}

/** Nobody takes over what is not on a station. */
export const NO_REGISTER: ProgramRegister = {
  started: () => () => undefined,
  close: () => Promise.resolve(),
};

/** Creates the register of the host named `host`; `hosts` is the folder of the hosts' files. */
export const createProgramRegister = (hosts: string, host: string): ProgramRegister => {
  const folder = programsOf(hosts, host);
  return {
    started(pid) {
      const start = processStart(pid);
      const path = join(folder, start === null ? String(pid) : `${pid}-${start}`);
      // The name says all there is to say: a file cannot be half there.
      mkdirSync(folder, { recursive: true });
      closeSync(openSync(path, 'w'));
      return () => void unlinkIfPresent(path).catch(() => false);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
};

/** A host that is gone, as far as its programs go. */
export interface GoneHost {
  readonly host: string;
  readonly process: ProcessIdentity;
  /** ms since the epoch. */
  readonly updatedAt: number;
}

/** Ends what a gone host left running here. Resolves with their number once they are gone. */
export const endLeftPrograms = async (
  hosts: string,
  gone: GoneHost,
  now: number,
): Promise<number> => {
  const folder = programsOf(hosts, gone.host);
  if (!existsSync(folder)) return 0;
  const left = noted(folder).filter((program) => {
    const state = stateOf({ ...gone.process, ...program });
    // A start time names one process for good; a mere number only for a while.
    return state === 'alive' && (program.started !== null || now - gone.updatedAt < FRESH);
  });
  for (const { pid } of left) killTree(pid);
  const isLeft = (): boolean =>
    left.some((program) => stateOf({ ...gone.process, ...program }) === 'alive');
  for (let waited = 0; isLeft() && waited < PATIENCE; waited += STEP) await delay(STEP);
  await rm(folder, { recursive: true, force: true });
  return left.length;
};

const FRESH = 60_000;
const PATIENCE = 2_000;
const STEP = 20;

const programsOf = (hosts: string, host: string): string => join(hosts, `${host}.programs`);

const noted = (
  folder: string,
): readonly { readonly pid: number; readonly started: string | null }[] => {
  try {
    return readdirSync(folder).flatMap((name) => {
      const [, pid = '', , started = null] = /^(\d+)(-(\d+))?$/.exec(name) ?? [];
      return pid === '' ? [] : [{ pid: Number(pid), started }];
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
};
