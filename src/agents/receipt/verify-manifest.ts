/**
 * Compares a folder with its manifest, as `sha256sum -c` does, and also finds what the manifest
 * does not list. Sizes and checksums count; times do not, because copying a folder changes them.
 */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../lib/atomic-file.ts';
import { hashFile } from '../inventory/hash-file.ts';
import { forEachPooled } from '../inventory/pool.ts';
import { createExclusion, DEFAULT_SCAN_OPTIONS } from '../inventory/scan-options.ts';
import { walkFolder } from '../inventory/walk-folder.ts';
import { parseManifest } from './manifest.ts';
import type { Manifest, ManifestFile } from './manifest.ts';

/** Turns the manifest's folder into an absolute, checked path. `StationPaths` is one. */
export interface FolderPaths {
  readonly root: string;
  read(path: string): Promise<string>;
}

export interface ManifestVerdict {
  /** Nothing is changed or missing, and the manifest itself is untouched. Extra files do not count. */
  readonly ok: boolean;
  /** Why the manifest itself is not to be believed, or null. */
  readonly problem: string | null;
  /** The folder it lists, relative to the station; null when it cannot be read. */
  readonly folder: string | null;
  readonly checked: number;
  readonly changed: readonly { readonly path: string; readonly why: string }[];
  readonly missing: readonly string[];
  /** Files that a scan with default options finds and the manifest does not list. */
  readonly extra: readonly string[];
}

/** @throws AgentFailure when the folder cannot be read; system errors when `file` cannot. */
export const verifyManifest = async (
  file: string,
  paths: FolderPaths,
  signal: AbortSignal = new AbortController().signal,
): Promise<ManifestVerdict> => {
  const manifest = parseManifest(await readFile(file));
  if ('problem' in manifest) return { ...NOTHING, problem: manifest.problem };
  const folder = await paths.read(manifest.folder);
  const changed = new Map<string, string>();
  const missing = new Set<string>();
  await forEachPooled(manifest.files, 4, async (entry) => {
    const why = await differenceOf(entry, folder, signal);
    if (why === 'missing') missing.add(entry.path);
    else if (why !== null) changed.set(entry.path, why);
  });
  const listed = manifest.files.map((entry) => entry.path);
  return {
    ok: changed.size === 0 && missing.size === 0,
    problem: null,
    folder: manifest.folder,
    checked: listed.length,
    changed: listed.flatMap((path) => {
      const why = changed.get(path);
      return why === undefined ? [] : [{ path, why }];
    }),
    missing: listed.filter((path) => missing.has(path)),
    extra: await extraOf(folder, folder === paths.root, manifest, signal),
  };
};

const NOTHING = {
  ok: false,
  folder: null,
  checked: 0,
  changed: [],
  missing: [],
  extra: [],
} satisfies Partial<ManifestVerdict>;

const differenceOf = async (
  entry: ManifestFile,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> => {
  const segments = entry.path.split('/');
  if (segments.includes('..')) return 'its path leaves the folder';
  try {
    const absolute = await realpath(join(folder, ...segments));
    const { sha256, stat } = await hashFile(absolute, signal);
    if (entry.size !== null && BigInt(entry.size) !== stat.size) {
      return `it has ${stat.size} bytes, not ${entry.size}`;
    }
    return entry.sha256 === null || entry.sha256 === sha256 ? null : 'its content differs';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    if (signal.aborted) throw error;
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const extraOf = async (
  folder: string,
  isStation: boolean,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const listed = new Set(manifest.files.map((entry) => entry.path));
  const { files } = await walkFolder({
    folder,
    recursive: true,
    followSymlinks: false,
    skipUnreadable: true,
    excludes: createExclusion(DEFAULT_SCAN_OPTIONS, isStation),
    allowLink: () => Promise.resolve('symbolic link'),
    signal,
    onFound: () => undefined,
  });
  return files.map((found) => found.path).filter((path) => !listed.has(path));
};
