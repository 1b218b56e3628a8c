/**
 * A scan in portions: found files together with what the last scan knew of them, then the same
 * portions with checksums, as text. Runs in threads (`scan-thread.ts`) and, for few files, without.
 *
 * Owns which file is read and which is taken over. Invariants: portions come in the order of the
 * paths' bytes; the next scan may rely only on what cannot have changed since it was read.
 */
import { AgentFailure } from '../agent.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import { isoTime } from '../../lib/sirius.ts';
import { createExclusion } from './exclusion.ts';
import { fileFailure } from './file-failure.ts';
import { isRacy, readStateLog, stateLine } from './file-state-log.ts';
import type { FileVersion, HashFile } from './hash-file.ts';
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

/** A portion as it was found. `sha256` holds what is known of each file, null where it must be read. */
export interface ScanBatch {
  readonly files: readonly FoundFile[];
  readonly sha256: readonly (string | null)[];
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

/** A portion as it is passed on. */
export interface ScanResult {
  /** Entries of `file_list`, a line of JSON each. */
  readonly list: string;
  /** Lines of FILE.STATE.LOG, and their number. */
  readonly states: string;
  readonly lasting: number;
  readonly files: number;
  readonly bytes: number;
  readonly unchanged: number;
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

/** When a portion is full. */
export interface BatchSize {
  readonly entries: number;
  /** To be read. */
  readonly bytes: number;
}

/** @throws AgentFailure naming what cannot be read. */
export function* scanBatches(
  job: ScanJob,
  most: BatchSize = MOST,
): Generator<ScanBatch, void, undefined> {
  const { options } = job;
  const known = job.stateLog === null ? () => null : readStateLog(job.stateLog);
  let batch = emptyBatch();
  let toRead = 0n;
  const walk = walkFolder({
    folder: job.folder,
    recursive: options.recursive,
    skipUnreadable: options.skip_unreadable,
    excludes: createExclusion(options, job.isStation),
    links: job.links,
  });
  for (const step of walk) {
    if (step.type === 'folder') batch.folders.push(step.path);
    else if (step.type === 'skipped') batch.skipped.push({ path: step.path, reason: step.reason });
    else {
      const { path, absolute, version } = step;
      const sha256 = known(path, version);
      batch.files.push({ path, absolute, version });
      batch.sha256.push(sha256);
      if (sha256 === null) toRead += version.size + OVERHEAD;
    }
    if (toRead < most.bytes && entriesIn(batch) < most.entries) continue;
    yield batch;
    batch = emptyBatch();
    toRead = 0n;
  }
  yield batch;
}

/** Opening a file costs as much as reading so many bytes of it. */
const OVERHEAD = 16_384n;
const MOST: BatchSize = { entries: 2_048, bytes: 4 * 1024 * 1024 };

const entriesIn = ({ files, folders, skipped }: ScanBatch): number =>
  files.length + folders.length + skipped.length;

const emptyBatch = () => ({
  files: [] as FoundFile[],
  sha256: [] as (string | null)[],
  folders: [] as string[],
  skipped: [] as SkippedEntry[],
});

/** True when nothing of the portion has to be read. */
export const isComplete = (batch: ScanBatch, job: ScanJob): boolean =>
  !job.options.calculate_checksums || batch.sha256.every((sha256) => sha256 !== null);

/** @throws AgentFailure naming the first file that cannot be read. */
export const finishBatch = (batch: ScanBatch, job: ScanJob, hash: HashFile): ScanResult => {
  const { options } = job;
  const skipped: SkippedEntry[] = [];
  let [list, states] = ['', ''];
  let [lasting, files, bytes, unchanged] = [0, 0, 0, 0];

  /** The file as it was read; null when it is left out. */
  const read = (file: FoundFile): ReturnType<HashFile> | null => {
    const readAt = Date.now() + job.clockOffset;
    try {
      const known = hash(file.absolute, file.version);
      if (options.incremental && !isRacy(known.version, readAt)) {
        keep(known.sha256, file.path, known.version);
      }
      return known;
    } catch (error) {
      // Removed since the walk: the scan is of a moment later.
      if (errorCode(error) === 'ENOENT') return null;
      const failure = fileFailure(error, 'Reading', file.path);
      if (error instanceof AgentFailure || !options.skip_unreadable) throw failure;
      skipped.push({ path: file.path, reason: failure.message });
      return null;
    }
  };

  const keep = (sha256: string, path: string, version: FileVersion): void => {
    states += stateLine(sha256, path, version);
    lasting += 1;
  };

  /** Null when the file is left out. */
  const lookAt = (file: FoundFile, before: string | null) => {
    if (before === null) {
      return options.calculate_checksums ? read(file) : { sha256: null, version: file.version };
    }
    keep(before, file.path, file.version);
    unchanged += 1;
    return { sha256: before, version: file.version };
  };

  batch.files.forEach((file, index) => {
    const seen = lookAt(file, batch.sha256[index] ?? null);
    if (seen === null) return;
    const size = Number(seen.version.size);
    list += entryLine(file.path, size, seen.version.mtimeNs, seen.sha256);
    files += 1;
    bytes += size;
  });
  return {
    list,
    states,
    lasting,
    files,
    bytes,
    unchanged,
    folders: batch.folders,
    skipped: skipped.length === 0 ? batch.skipped : [...batch.skipped, ...skipped],
  };
};

const entryLine = (path: string, size: number, mtimeNs: bigint, sha256: string | null): string => {
  const name = JSON.stringify(path.slice(path.lastIndexOf('/') + 1));
  const modified = isoTime(Number(mtimeNs / 1_000_000n));
  const hash = sha256 === null ? 'null' : `"${sha256}"`;
  return `{"path":${JSON.stringify(path)},"name":${name},"size":${size},"modified":"${modified}","sha256":${hash}}\n`;
};
