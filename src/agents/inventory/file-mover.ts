/**
 * FILE_MOVER_AGENT: copies, moves, removes and compares the files of two folders of the station.
 *
 * Invariants: nothing is overwritten with other content; a file appears at its target whole and
 * with the content it had; `move` removes a source only after every target is there; doing an
 * attempt again goes on where the last one stopped.
 */
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from '../../lib/json.ts';
import { AgentFailure, type AgentContext, type BuiltinAgent } from '../agent.ts';
import { fileFailure, stopIfAborted } from './file-failure.ts';
import { createGlob } from './glob.ts';
import { hashFile } from './hash-file.ts';
import { orDefault, parsePayload } from './payload.ts';
import { walkFolder, type FoundFile } from './walk-folder.ts';

const NAME = 'FILE_MOVER_AGENT';

const patterns = orDefault(z.array(z.string(), { error: 'expected a list of patterns' }), []);

const payloadSchema = z.object({
  mode: z.enum(['copy', 'move', 'remove', 'verify'], {
    error: 'expected copy, move, remove or verify',
  }),
  from: z.string({ error: 'expected the folder the files are in' }),
  to: z.string().nullish(),
  include: patterns,
  exclude: patterns,
  /** For `remove`: these files alone, and only with this content. */
  files: z.array(z.object({ path: z.string(), sha256: z.string() })).nullish(),
});

type Payload = z.output<typeof payloadSchema>;

interface Moved {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

export const fileMoverAgent: BuiltinAgent = {
  name: NAME,
  description: 'Copies, moves, removes and compares files',
  concurrency: 1,
  handle: async (payload, context) => {
    const given = parsePayload(NAME, payloadSchema, payload);
    const from = await (given.mode === 'copy' || given.mode === 'verify'
      ? context.paths.read(given.from)
      : context.paths.write(given.from));
    if (given.mode === 'remove') return removed(given, from, context);
    if (given.to === null || given.to === undefined) {
      throw new AgentFailure('AgentError', `${NAME} cannot ${given.mode} without payload.to`, {
        retryable: false,
      });
    }
    const to = await (given.mode === 'verify'
      ? context.paths.read(given.to)
      : context.paths.write(given.to));
    const files = [...wanted(given, from)];
    return given.mode === 'verify'
      ? verified(files, to, given, context)
      : carried(files, { from, to }, given, context);
  },
};

/** The files of `from` that the patterns mean, in the order of their paths. */
function* wanted(given: Payload, from: string): Generator<FoundFile, void, undefined> {
  const include = given.include.map(createGlob);
  const exclude = given.exclude.map(createGlob);
  const steps = walkFolder({
    folder: from,
    recursive: true,
    skipUnreadable: false,
    excludes: (path) => exclude.some((matches) => matches(path)),
    links: null,
  });
  for (const step of steps) {
    if (step.type !== 'file') continue;
    if (include.length === 0 || include.some((matches) => matches(step.path))) yield step;
  }
}

/** Everything is looked at before anything is changed. */
const carried = (
  files: readonly FoundFile[],
  { from, to }: { readonly from: string; readonly to: string },
  given: Payload,
  context: AgentContext,
): JsonObject => {
  const plan = files.map((file) => ({ file, target: join(to, ...file.path.split('/')) }));
  const moved: Moved[] = plan.map(({ file }) => hashed(file, context));
  const other = plan.filter(({ target }, index) => isOther(target, moved[index]?.sha256 ?? ''));
  if (other.length > 0) {
    const names = other
      .slice(0, 5)
      .map(({ file }) => file.path)
      .join(', ');
    throw new AgentFailure(
      'FileSystemError',
      `${given.to ?? ''} already holds other content for ${names}${other.length > 5 ? ` and ${other.length - 5} more` : ''}; nothing was changed`,
      { retryable: false },
    );
  }
  plan.forEach(({ file, target }, index) => {
    stopIfAborted(context.signal, NAME);
    if (!existsSync(target)) place(file, target, moved[index]?.sha256 ?? '');
    context.progress(Math.round((100 * (index + 1)) / plan.length), file.path);
  });
  if (given.mode === 'move') {
    for (const { file } of plan) rmSync(file.absolute);
    removeEmpty(
      plan.map(({ file }) => dirname(file.absolute)),
      from,
    );
  }
  return report(given, moved);
};

/** Under another name first, so that nobody ever reads half of it. */
const place = (file: FoundFile, target: string, sha256: string): void => {
  const temp = join(dirname(target), `.${NAME.toLowerCase()}.${process.pid}.tmp`);
  try {
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file.absolute, temp);
    const { atime, mtime } = lstatSync(file.absolute);
    utimesSync(temp, atime, mtime);
    const copy = hashFile(temp, lstatSync(temp, { bigint: true }));
    if (copy.sha256 !== sha256) throw new Error('it changed while it was copied; run it again');
    renameSync(temp, target);
  } catch (error) {
    rmSync(temp, { force: true });
    throw fileFailure(error, 'Copying', file.path);
  }
};

const verified = (
  files: readonly FoundFile[],
  to: string,
  given: Payload,
  context: AgentContext,
): JsonObject => {
  const moved = files.map((file) => hashed(file, context));
  const wrong = moved.filter(({ path, sha256 }) => {
    const target = join(to, ...path.split('/'));
    return !existsSync(target) || isOther(target, sha256);
  });
  if (wrong.length === 0) return report(given, moved);
  const names = wrong
    .slice(0, 5)
    .map(({ path }) => path)
    .join(', ');
  throw new AgentFailure(
    'VerificationError',
    `${wrong.length} of ${moved.length} files of ${given.from} are not the same in ${given.to ?? ''}: ${names}`,
    { retryable: false, payload: { different: wrong.map(({ path }) => path) } },
  );
};

/** Only what is named, and only while it holds what it is said to hold. */
const removed = (given: Payload, from: string, context: AgentContext): JsonObject => {
  const known = new Map(given.files?.map(({ path, sha256 }) => [path, sha256]));
  const gone: Moved[] = [];
  const kept: string[] = [];
  const folders: string[] = [];
  for (const file of existsSync(from) ? [...wanted(given, from)] : []) {
    if (given.files !== null && given.files !== undefined && !known.has(file.path)) continue;
    const one = hashed(file, context);
    if (known.has(file.path) && known.get(file.path) !== one.sha256) {
      kept.push(file.path);
      continue;
    }
    rmSync(file.absolute);
    folders.push(dirname(file.absolute));
    gone.push(one);
  }
  removeEmpty(folders, from);
  return { ...report(given, gone), kept };
};

const hashed = ({ path, absolute }: FoundFile, context: AgentContext): Moved => {
  stopIfAborted(context.signal, NAME);
  try {
    const { sha256, version } = hashFile(absolute, null);
    return { path, size: Number(version.size), sha256 };
  } catch (error) {
    throw fileFailure(error, 'Reading', path);
  }
};

const isOther = (target: string, sha256: string): boolean => {
  if (!existsSync(target)) return false;
  const version = lstatSync(target, { bigint: true });
  return !version.isFile() || hashFile(target, version).sha256 !== sha256;
};

/** Removes folders that have become empty, from the deepest up; `stop` and above stay. */
const removeEmpty = (folders: readonly string[], stop: string): void => {
  for (const start of new Set(folders)) {
    for (
      let folder = start;
      folder !== stop && folder !== dirname(folder);
      folder = dirname(folder)
    ) {
      try {
        rmdirSync(folder);
      } catch {
        break;
      }
    }
  }
};

const report = ({ mode, from, to }: Payload, files: readonly Moved[]): JsonObject => ({
  mode,
  from,
  to: to ?? null,
  files: files.map((file) => ({ ...file })),
  total_files: files.length,
  total_size: files.reduce((sum, { size }) => sum + size, 0),
});
