/**
 * FILE_SCANNER_AGENT: lists a folder of the station with sizes, times and checksums.
 *
 * Paths in `file_list` are relative to the scanned folder; the scan reads nothing outside the
 * station and leaves out what a validation itself writes (see `exclusion.ts`). It is never held as a
 * whole: portions of it go from the walk through the checksums to the answer or a file.
 */
import { realpath, stat } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode } from '../../lib/atomic-file.ts';
import { isoTime } from '../../lib/sirius.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext, BuiltinAgent } from '../agent.ts';
import { createExclusion } from './exclusion.ts';
import { fileFailure } from './file-failure.ts';
import { checkStateLog, stateLogPath } from './file-state-log.ts';
import { planLinks } from './link-plan.ts';
import { orDefault, parsePayload } from './payload.ts';
import { runScan } from './run-scan.ts';
import { DEFAULT_SCAN_OPTIONS, scanOptionsSchema } from './scan-options.ts';
import type { ScanOptions } from './scan-options.ts';
import { createScanResults } from './scan-results.ts';

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
  const isStation = absolute === context.paths.root;
  const links = options.follow_symlinks
    ? await planLinks({
        folder: absolute,
        recursive: options.recursive,
        skipUnreadable: options.skip_unreadable,
        excludes: createExclusion(options, isStation),
        allowLink: (link) => refusalOf(link, context),
        signal: context.signal,
      })
    : null;
  // 2. What the last scan knew
  const incremental = options.incremental && options.calculate_checksums;
  const logFile = stateLogPath(context.paths.root, place);
  const known =
    incremental && options.verify !== 'full' ? await findLog(logFile, place, context) : null;
  // 3. What is there and what is in it, as it comes
  const results = createScanResults({
    station: context.paths.root,
    inlineEntries: options.inline_entries,
    log: incremental ? { file: logFile, place } : null,
    expected: known,
    context,
  });
  const job = {
    folder: absolute,
    isStation,
    options,
    links,
    stateLog: known === null ? null : logFile,
    clockOffset: started - Date.now(),
  };
  try {
    await runScan(job, context.signal, (result) => results.take(result));
    // 4. The answer
    const answer = await results.finish();
    context.progress(100, `${answer.total_files} files in ${place === '' ? 'the station' : place}`);
    return {
      folder: place === '' ? '.' : place,
      ...answer,
      scan_timestamp: isoTime(started),
      scan_duration: context.now() - started,
    };
  } finally {
    await results.discard();
  }
};

/** Number of files in the log of the last scan; null when there is none that can be used. */
const findLog = async (
  file: string,
  place: string,
  context: AgentContext,
): Promise<number | null> => {
  try {
    const files = await checkStateLog(file, place);
    if (files === null) {
      context.log('warn', `${file} is damaged or not of this folder; all files are read again`);
    }
    return files;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') {
      context.log('warn', `${file} cannot be read (${String(error)}); all files are read again`);
    }
    return null;
  }
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
