/**
 * Compares a folder with its manifest, as `sha256sum -c` does, and also finds what the manifest
 * does not list. Neither is ever held as a whole. Sizes and checksums count; times do not, because copying a folder changes them.
 */
import { errorMessage } from '../../lib/error-code.ts';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { errorCode } from '../../lib/atomic-file.ts';
import { compareBytes } from '../inventory/byte-order.ts';
import { createExclusion } from '../inventory/exclusion.ts';
import { stopIfAborted } from '../inventory/file-failure.ts';
import { hashFile } from '../inventory/hash-file.ts';
import { DEFAULT_SCAN_OPTIONS } from '../inventory/scan-options.ts';
import { walkFolder } from '../inventory/walk-folder.ts';
import { openManifest } from './manifest.ts';
import type { ManifestFile, OpenManifest } from './manifest.ts';

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
  const manifest = await openManifest(file);
  if ('problem' in manifest) return { ...NOTHING, problem: manifest.problem };
  const folder = await paths.read(manifest.folder);
  const changed: { path: string; why: string }[] = [];
  const missing: string[] = [];
  let checked = 0;
  for (const entry of manifest.files()) {
    if (checked % PORTION === 0) await setImmediate();
    stopIfAborted(signal, 'The check');
    const why = differenceOf(entry, folder);
    if (why === 'missing') missing.push(entry.path);
    else if (why !== null) changed.push({ path: entry.path, why });
    checked += 1;
  }
  return {
    ok: changed.length === 0 && missing.length === 0,
    problem: null,
    folder: manifest.folder,
    checked,
    changed,
    missing,
    extra: [...extraIn(folder, folder === paths.root, manifest)],
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

/** So many files are checked before there is room for being told to stop. */
const PORTION = 256;

const differenceOf = (entry: ManifestFile, folder: string): string | null => {
  const segments = entry.path.split('/');
  if (segments.includes('..')) return 'its path leaves the folder';
  try {
    const absolute = realpathSync.native(join(folder, ...segments));
    const { sha256, version } = hashFile(absolute, null);
    if (entry.size !== null && BigInt(entry.size) !== version.size) {
      return `it has ${version.size} bytes, not ${entry.size}`;
    }
    return entry.sha256 === null || entry.sha256 === sha256 ? null : 'its content differs';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    return `it cannot be read: ${errorMessage(error)}`;
  }
};

/** Both the walk and the manifest come in the order of the paths' bytes. */
function* extraIn(
  folder: string,
  isStation: boolean,
  manifest: OpenManifest,
): Generator<string, void, undefined> {
  const listed = manifest.files()[Symbol.iterator]();
  let next = listed.next();
  const walk = walkFolder({
    folder,
    recursive: true,
    skipUnreadable: true,
    excludes: createExclusion(DEFAULT_SCAN_OPTIONS, isStation),
    links: null,
  });
  for (const step of walk) {
    if (step.type !== 'file') continue;
    while (next.done !== true && compareBytes(next.value.path, step.path) < 0) next = listed.next();
    if (next.done === true || next.value.path !== step.path) yield step.path;
  }
}
