/**
 * A scan in portions: files as they are found, together with what the last scan knew of them.
 * `finish-batch.ts` asks and reads them. Runs in threads (`scan-thread.ts`) and, for few files, without.
 *
 * Owns how much is a portion. Invariant: portions come in the order of the paths' bytes.
 * A portion of large files is small, so that readers have equal shares and progress is told. No
 * file is asked for its size just for that, as it would cost a quarter of reading a small one: one
 * in so many is, and those behind it are taken to be like it.
 */
import { createExclusion } from './exclusion.ts';
import { knownSha256, readStateLog } from './file-state-log.ts';
import { versionAt } from './file-version.ts';
import type { LinkPlan } from './link-plan.ts';
import type { ScanOptions } from './scan-options.ts';
import { walkFolder } from './walk-folder.ts';
import type { FoundFile, SkippedEntry } from './walk-folder.ts';

/** What to scan. Plain data: it is handed to threads. */
export interface ScanJob {
  /** Absolute path. */
  readonly folder: string;
  readonly isStation: boolean;
  readonly options: ScanOptions;
  readonly links: LinkPlan | null;
  /** A FILE.STATE.LOG that has been checked, or null. */
  readonly stateLog: string | null;
  /** ms to add to the machine's clock. */
  readonly clockOffset: number;
}

/** A portion as it was found. */
export interface ScanBatch {
  readonly files: readonly FoundFile[];
  /** Each file's line in the log of the last scan, empty where it has none; null without a log. */
  readonly known: readonly string[] | null;
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

/** When a portion is full. */
export interface BatchSize {
  readonly entries: number;
  /** To be read, the opening of files included. */
  readonly bytes: number;
  /** One in so many files is asked for its size. */
  readonly asked: number;
}

/** @throws AgentFailure naming what cannot be read. */
export function* scanBatches(
  job: ScanJob,
  most: BatchSize = MOST,
): Generator<ScanBatch, void, undefined> {
  const { options } = job;
  const log = job.stateLog === null ? null : readStateLog(job.stateLog);
  let batch = emptyBatch(job);
  let [entries, bytes, each] = [0, 0, 0];
  const walk = walkFolder({
    folder: job.folder,
    recursive: options.recursive,
    skipUnreadable: options.skip_unreadable,
    excludes: createExclusion(options, job.isStation),
    links: job.links,
  });
  try {
    for (const step of walk) {
      if (step.type === 'folder') batch.folders.push(step.path);
      else if (step.type === 'skipped') {
        batch.skipped.push({ path: step.path, reason: step.reason });
      } else {
        const line = log?.lineOf(step.path) ?? '';
        if (batch.files.length % most.asked === 0) {
          each = options.calculate_checksums ? toRead(step, line) : 0;
        }
        batch.files.push(step);
        batch.known?.push(line);
        bytes += each;
      }
      entries += 1;
      if (bytes < most.bytes && entries < most.entries) continue;
      yield batch;
      batch = emptyBatch(job);
      [entries, bytes] = [0, 0];
    }
    yield batch;
  } finally {
    log?.close();
  }
}

/** An odd number is asked: names often come in pairs. */
const MOST: BatchSize = { entries: 1_024, bytes: 4 * 1024 * 1024, asked: 15 };

/** Opening a file costs as much as reading so many bytes of it. */
const OVERHEAD = 8_192;

/** Bytes that have to be read of a file, its opening included. */
const toRead = (file: FoundFile, line: string): number => {
  try {
    const version = versionAt(file.absolute);
    const isKnown = knownSha256(line, version) !== null;
    return isKnown ? 0 : Number(version.size) + OVERHEAD;
  } catch {
    // Whoever reads it says what is wrong.
    return OVERHEAD;
  }
};

const emptyBatch = (job: ScanJob) => ({
  files: [] as FoundFile[],
  known: job.stateLog === null ? null : ([] as string[]),
  folders: [] as string[],
  skipped: [] as SkippedEntry[],
});
