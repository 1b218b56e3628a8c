/**
 * The second half of a scan's portion: sizes, times and checksums of the files that were found, as
 * text. Runs in threads (`scan-thread.ts`) and, for few files, without.
 *
 * Owns which file is read and which is taken over. Invariant: the next scan may rely only on what
 * cannot have changed since it was read. Text leaves as bytes, which threads hand over without copying.
 */
import { isoTime } from '../../lib/sirius.ts';
import { AgentFailure } from '../agent.ts';
import { unreadable } from './file-failure.ts';
import { knownSha256, stateLine } from './file-state-log.ts';
import { isRacy, versionAt } from './file-version.ts';
import type { FileVersion } from './file-version.ts';
import type { HashFile } from './hash-file.ts';
import type { ScanBatch, ScanJob } from './scan-batch.ts';
import type { FoundFile, SkippedEntry } from './walk-folder.ts';

/** A portion as it is passed on. */
export interface ScanResult {
  /** Entries of `file_list`, a line of JSON each, in UTF-8. */
  readonly list: Uint8Array<ArrayBuffer>;
  /** Lines of FILE.STATE.LOG in UTF-8, and their number. */
  readonly states: Uint8Array<ArrayBuffer>;
  readonly lasting: number;
  readonly files: number;
  readonly bytes: number;
  readonly unchanged: number;
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

/** @throws AgentFailure naming the first file that cannot be read. */
export const finishBatch = (batch: ScanBatch, job: ScanJob, hash: HashFile): ScanResult => {
  const { options } = job;
  const skipped = [...batch.skipped];
  let [list, states] = ['', ''];
  let [lasting, files, bytes, unchanged] = [0, 0, 0, 0];

  const keep = (line: string): void => {
    states += line;
    lasting += 1;
  };

  /** What is said of a file in the answer; `line` is what the last scan knew. */
  const lookAt = (file: FoundFile, line: string): Seen => {
    if (!options.calculate_checksums) return { sha256: null, version: versionAt(file.absolute) };
    const found = line === '' ? null : versionAt(file.absolute);
    const known = found === null ? null : knownSha256(line, found);
    if (found !== null && known !== null) {
      keep(line);
      unchanged += 1;
      return { sha256: known, version: found };
    }
    const read = hash(file.absolute, found);
    if (options.incremental && !isRacy(read.version, read.begun + job.clockOffset)) {
      keep(stateLine(read.sha256, file.path, read.version));
    }
    return read;
  };

  batch.files.forEach((file, index) => {
    try {
      const { sha256, version } = lookAt(file, batch.known?.[index] ?? '');
      const size = Number(version.size);
      list += entryLine(file.path, size, version.mtimeNs, sha256);
      files += 1;
      bytes += size;
    } catch (error) {
      if (error instanceof AgentFailure) throw error;
      const reason = unreadable(error, file.path, options.skip_unreadable);
      if (reason !== null) skipped.push({ path: file.path, reason });
    }
  });
  const text = new TextEncoder();
  return {
    list: text.encode(list),
    states: text.encode(states),
    lasting,
    files,
    bytes,
    unchanged,
    folders: batch.folders,
    skipped,
  };
};

interface Seen {
  readonly sha256: string | null;
  readonly version: FileVersion;
}

const entryLine = (path: string, size: number, mtimeNs: bigint, sha256: string | null): string => {
  const text = JSON.stringify(path);
  // Slashes are never escaped, so the name's text is the end of the path's.
  const slash = text.lastIndexOf('/');
  const name = slash === -1 ? text : `"${text.slice(slash + 1)}`;
  const modified = isoTime(Number(mtimeNs / 1_000_000n));
  const hash = sha256 === null ? 'null' : `"${sha256}"`;
  return `{"path":${text},"name":${name},"size":${size},"modified":"${modified}","sha256":${hash}}\n`;
};
