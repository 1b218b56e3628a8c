/**
 * FILE_SCANNER_AGENT: lists a folder of the station with sizes, times and checksums.
 *
 * Paths in `file_list` are relative to the scanned folder; the scan reads nothing outside the
 * station and leaves out what a validation itself writes (see `scan-options.ts`).
 */
import { realpath, stat } from 'node:fs/promises';
import { z } from 'zod';
import { isoTime } from '../../lib/sirius.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext, BuiltinAgent } from '../agent.ts';
import { fileFailure } from './file-failure.ts';
import { readStateLog, stateLogPath, writeStateLog } from './file-state-log.ts';
import type { FileStates } from './file-state-log.ts';
import { hashFile } from './hash-file.ts';
import { hashFound } from './hash-found.ts';
import type { HashedFiles } from './hash-found.ts';
import { orDefault, parsePayload } from './payload.ts';
import { createExclusion, DEFAULT_SCAN_OPTIONS, scanOptionsSchema } from './scan-options.ts';
import type { ScanOptions } from './scan-options.ts';
import { walkFolder } from './walk-folder.ts';
import type { FoundFile, WalkResult } from './walk-folder.ts';

const NAME = 'FILE_SCANNER_AGENT';

const payloadSchema = z.object({
  folder: z.string(),
  scan_options: orDefault(scanOptionsSchema, DEFAULT_SCAN_OPTIONS),
});

export const fileScannerAgent: BuiltinAgent = {
  name: NAME,
  description: 'Lists the files of a folder with size, time and SHA-256',
  concurrency: 2,
  handle: async (payload, context) => {
    const { folder, scan_options: options } = parsePayload(NAME, payloadSchema, payload);
    return scan(folder, options, context).catch((error: unknown) => {
      throw error instanceof AgentFailure ? inFolder(error, folder) : error;
    });
  },
};

/** Files are named relative to the folder, so a failure says which folder. */
const inFolder = (failure: AgentFailure, folder: string): AgentFailure =>
  new AgentFailure(failure.type, `Scanning ${folder}: ${failure.message}`, {
    retryable: failure.retryable,
    cause: failure,
  });

const scan = async (folder: string, options: ScanOptions, context: AgentContext) => {
  const started = context.now();
  // 1. Where
  const absolute = await openFolder(folder, context);
  const place = context.paths.relative(absolute);
  // 2. What is there
  const found = await walk(absolute, options, context);
  // 3. What is in it
  const logFile = stateLogPath(context.paths.root, place);
  const incremental = options.incremental && options.calculate_checksums;
  const contents = options.calculate_checksums
    ? await readContents(found.files, incremental ? { logFile, place } : null, options, context)
    : null;
  // 4. What the next scan may rely on
  if (incremental && contents !== null) {
    await keepStates(logFile, place, contents.lasting, context);
  }
  // 5. The answer
  const files = found.files.flatMap((file) => entryOf(file, contents));
  context.progress(100, `${files.length} files in ${place === '' ? 'the station' : place}`);
  return {
    folder: place === '' ? '.' : place,
    file_list: files,
    folder_list: found.folders,
    skipped: [...found.skipped, ...(contents?.skipped ?? [])].map((entry) => ({ ...entry })),
    total_files: files.length,
    total_size: files.reduce((sum, file) => sum + file.size, 0),
    scan_timestamp: isoTime(started),
    scan_duration: context.now() - started,
    unchanged_files: contents?.unchanged ?? 0,
  };
};

const openFolder = async (folder: string, context: AgentContext): Promise<string> => {
  const absolute = await context.paths.read(folder);
  const found = await stat(absolute).catch((error: unknown) => {
    throw fileFailure(error, 'Opening the folder', folder);
  });
  if (found.isDirectory()) return absolute;
  throw new AgentFailure(
    'FileSystemError',
    `"${folder}" is a file, not a folder; name the folder to scan`,
    { retryable: false },
  );
};

const walk = (
  absolute: string,
  options: ScanOptions,
  context: AgentContext,
): Promise<WalkResult> => {
  const report = createThrottle(context);
  return walkFolder({
    folder: absolute,
    recursive: options.recursive,
    followSymlinks: options.follow_symlinks,
    skipUnreadable: options.skip_unreadable,
    excludes: createExclusion(options, absolute === context.paths.root),
    allowLink: (link) => refusalOf(link, context),
    signal: context.signal,
    onFound: (files) => report(null, () => `${files} files found`),
  });
};

/** The same check that every path of a payload passes, on where the link really leads. */
const refusalOf = async (link: string, context: AgentContext): Promise<string | null> => {
  try {
    await context.paths.read(context.paths.relative(link));
    // A link to a folder that holds the station would list the station inside itself.
    const target = await realpath(link);
    return (await realpath(context.paths.root)) === target ? 'leads to the station itself' : null;
  } catch (error) {
    if (error instanceof AgentFailure) return error.message;
    throw error;
  }
};

const readContents = async (
  files: readonly FoundFile[],
  log: { readonly logFile: string; readonly place: string } | null,
  options: ScanOptions,
  context: AgentContext,
): Promise<HashedFiles> => {
  const report = createThrottle(context);
  const warn = (message: string): void => context.log('warn', message);
  const known =
    log === null || options.verify === 'full'
      ? null
      : await readStateLog(log.logFile, log.place, warn);
  let done = 0;
  return hashFound({
    files,
    known: known ?? new Map(),
    hash: hashFile,
    skipUnreadable: options.skip_unreadable,
    signal: context.signal,
    now: () => context.now(),
    onFile: () => {
      done += 1;
      report((100 * done) / files.length, () => `${done} of ${files.length} files read`);
    },
  });
};

/** The log only saves time: a scan does not fail because it cannot be kept. */
const keepStates = async (
  logFile: string,
  place: string,
  states: FileStates,
  context: AgentContext,
): Promise<void> => {
  await writeStateLog(logFile, place, states).catch((error: unknown) => {
    context.log('warn', `${logFile} cannot be written (${String(error)}); the next scan reads all`);
  });
};

const entryOf = (file: FoundFile, contents: HashedFiles | null) => {
  const hashed = contents?.hashed.get(file.path);
  if (contents !== null && hashed === undefined) return [];
  const version = hashed ?? file.stat;
  return [
    {
      path: file.path,
      name: file.path.slice(file.path.lastIndexOf('/') + 1),
      size: Number(version.size),
      modified: isoTime(Number(version.mtimeNs / 1_000_000n)),
      sha256: hashed?.sha256 ?? null,
    },
  ];
};

/** Progress at most four times a second, so that it never costs more than the work. */
const createThrottle = (context: AgentContext) => {
  let last = context.now();
  return (percent: number | null, message: () => string): void => {
    if (context.now() - last < 250) return;
    last = context.now();
    context.progress(percent === null ? null : Math.floor(percent), message());
  };
};
