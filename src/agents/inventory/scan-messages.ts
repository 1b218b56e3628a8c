/** What the threads of a scan tell each other. Portions are packed: cloning objects costs more than reading small files. */
import { sep } from 'node:path';
import type { ScanBatch, ScanResult } from './scan-batch.ts';
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
  /** Separated by NUL, which no path holds. */
  readonly paths: string;
  /** Where files lie that are not at their path: targets of links. */
  readonly elsewhere: readonly (readonly [index: number, absolute: string])[];
  /** Size, mtime, ctime (ns) and inode of each file. */
  readonly versions: BigInt64Array;
  /** Null when nothing is known of any. */
  readonly sha256: readonly (string | null)[] | null;
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

export const packBatch = (batch: ScanBatch, folder: string): PackedBatch => {
  const { files, sha256, folders, skipped } = batch;
  const versions = new BigInt64Array(files.length * FIELDS);
  const elsewhere: [number, string][] = [];
  files.forEach(({ path, absolute, version }, index) => {
    versions[index * FIELDS] = version.size;
    versions[index * FIELDS + 1] = version.mtimeNs;
    versions[index * FIELDS + 2] = version.ctimeNs;
    versions[index * FIELDS + 3] = version.ino;
    if (absolute !== placeOf(folder, path)) elsewhere.push([index, absolute]);
  });
  return {
    paths: files.map((file) => file.path).join('\0'),
    elsewhere,
    versions,
    sha256: sha256.every((known) => known === null) ? null : sha256,
    folders,
    skipped,
  };
};

export const unpackBatch = (packed: PackedBatch, folder: string): ScanBatch => {
  const { versions, folders, skipped } = packed;
  const elsewhere = new Map(packed.elsewhere);
  const paths = versions.length === 0 ? [] : packed.paths.split('\0');
  const files = paths.map((path, index): FoundFile => {
    const field = (offset: number): bigint => versions[index * FIELDS + offset] ?? 0n;
    const version = {
      size: field(0),
      mtimeNs: field(1),
      ctimeNs: field(2),
      // The one field that may need all 64 bits.
      ino: BigInt.asUintN(64, field(3)),
    };
    return { path, absolute: elsewhere.get(index) ?? placeOf(folder, path), version };
  });
  return { files, sha256: packed.sha256 ?? paths.map(() => null), folders, skipped };
};

const FIELDS = 4;

const placeOf = (folder: string, path: string): string =>
  `${folder}${sep}${sep === '/' ? path : path.replaceAll('/', sep)}`;
