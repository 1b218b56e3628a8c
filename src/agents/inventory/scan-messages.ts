/** What the threads of a scan tell each other. Portions are packed: cloning objects costs more than reading small files. */
import { sep } from 'node:path';
import type { ScanResult } from './finish-batch.ts';
import type { ScanBatch, ScanJob } from './scan-batch.ts';
import type { FoundFile, SkippedEntry } from './walk-folder.ts';

/** To a thread. It answers in the order of the requests. */
export type ThreadRequest =
  { readonly type: 'walk' } | { readonly type: 'read'; readonly batch: PackedBatch };

/** From a thread. */
export type ThreadReply =
  | { readonly type: 'batch'; readonly batch: PackedBatch }
  | { readonly type: 'result'; readonly result: ScanResult }
  | { readonly type: 'end' }
  | {
      readonly type: 'failed';
      readonly failure: {
        readonly type: string;
        readonly message: string;
        readonly retryable: boolean;
      };
    };

/** A {@link ScanBatch} without objects for its files. */
export interface PackedBatch {
  readonly files: number;
  /** Separated by NUL, which no path holds. */
  readonly paths: string;
  /** Where files lie that are not at their path: targets of links. */
  readonly elsewhere: readonly (readonly [index: number, absolute: string])[];
  /** Lines of the log of the last scan, separated by NUL. */
  readonly known: string | null;
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

export const packBatch = (batch: ScanBatch, job: ScanJob): PackedBatch => {
  const { files, known, folders, skipped } = batch;
  const elsewhere: [number, string][] = [];
  if (job.links !== null) {
    files.forEach(({ path, absolute }, index) => {
      if (absolute !== placeOf(job.folder, path)) elsewhere.push([index, absolute]);
    });
  }
  return {
    files: files.length,
    paths: files.map((file) => file.path).join('\0'),
    elsewhere,
    known: known === null ? null : known.join('\0'),
    folders,
    skipped,
  };
};

export const unpackBatch = (packed: PackedBatch, job: ScanJob): ScanBatch => {
  const { folders, skipped } = packed;
  const elsewhere = new Map(packed.elsewhere);
  const files = listOf(packed.paths, packed.files).map((path, index): FoundFile => {
    const absolute = elsewhere.get(index) ?? placeOf(job.folder, path);
    return { path, absolute };
  });
  const known = packed.known === null ? null : listOf(packed.known, packed.files);
  return { files, known, folders, skipped };
};

/** An empty text is a list of nothing or of one empty text. */
const listOf = (text: string, length: number): readonly string[] =>
  length === 0 ? [] : text.split('\0');

const placeOf = (folder: string, path: string): string =>
  `${folder}${sep}${sep === '/' ? path : path.replaceAll('/', sep)}`;
