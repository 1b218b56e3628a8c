/**
 * Finds the files of a folder, without reading any of them.
 *
 * Owns order, links and what is skipped; the caller owns what is excluded and whether a link may
 * be followed. Invariants: `files` and `folders` are sorted by bytes; every real folder is listed
 * at most once, so loops of links end; nothing behind a link is touched unless `allowLink` said yes.
 */
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BigIntStats } from 'node:fs';
import { errorCode } from '../../lib/atomic-file.ts';
import { compareBytes } from './byte-order.ts';
import { fileFailure, stopIfAborted } from './file-failure.ts';
import { forEachPooled } from './pool.ts';

/** A regular file as it was found. */
export interface FoundFile {
  /** Relative to the walked folder, `/` separators. */
  readonly path: string;
  /** Where to open it; links are already resolved. */
  readonly absolute: string;
  readonly stat: BigIntStats;
}

export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

export interface WalkResult {
  readonly files: readonly FoundFile[];
  readonly folders: readonly string[];
  readonly skipped: readonly SkippedEntry[];
}

export interface WalkRequest {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly recursive: boolean;
  readonly followSymlinks: boolean;
  readonly skipUnreadable: boolean;
  readonly excludes: (path: string) => boolean;
  /** Null when the link at this absolute path may be followed, otherwise why not. */
  readonly allowLink: (absolute: string) => Promise<string | null>;
  readonly signal: AbortSignal;
  readonly onFound: (files: number) => void;
}

/** @throws AgentFailure FileSystemError or PermissionError naming what cannot be read. */
export const walkFolder = async (request: WalkRequest): Promise<WalkResult> => {
  const files: FoundFile[] = [];
  const folders: string[] = [];
  const skipped: SkippedEntry[] = [];
  const seen = new Set<string>([identity(await stat(request.folder, { bigint: true }))]);
  // Real folders first: what a link also leads to is listed under its real name.
  const plain: Place[] = [{ path: '', absolute: request.folder }];
  const links: Place[] = [];

  const visit = async (place: Place): Promise<void> => {
    const entries = await list(place);
    const subfolders: string[] = [];
    await forEachPooled(entries, PARALLEL_STATS, async (entry) => {
      const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
      stopIfAborted(request.signal, 'The scan');
      if (request.excludes(path)) return;
      const absolute = join(place.absolute, entry.name);
      if (entry.isDirectory()) subfolders.push(path);
      else if (entry.isSymbolicLink()) links.push({ path, absolute });
      else if (!entry.isFile()) skipped.push({ path, reason: 'not a regular file' });
      else await addFile(path, absolute);
    });
    for (const path of subfolders.sort(compareBytes).reverse()) {
      folders.push(path);
      const absolute = join(place.absolute, path.slice(path.lastIndexOf('/') + 1));
      if (request.recursive) plain.push({ path, absolute });
    }
    request.onFound(files.length);
  };

  const list = async (place: Place) => {
    stopIfAborted(request.signal, 'The scan');
    try {
      if (place.path !== '' && !(await isNew(place.absolute))) return [];
      return await readdir(place.absolute, { withFileTypes: true });
    } catch (error) {
      unreadable(error, place.path);
      return [];
    }
  };

  const isNew = async (absolute: string): Promise<boolean> => {
    if (!request.followSymlinks) return true;
    const key = identity(await stat(absolute, { bigint: true }));
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };

  const addFile = async (path: string, absolute: string): Promise<void> => {
    try {
      files.push({ path, absolute, stat: await lstat(absolute, { bigint: true }) });
    } catch (error) {
      unreadable(error, path);
    }
  };

  const follow = async (link: Place): Promise<void> => {
    const refusal = request.followSymlinks
      ? await request.allowLink(link.absolute)
      : 'symbolic link; follow_symlinks is off';
    if (refusal !== null) return void skipped.push({ path: link.path, reason: refusal });
    const absolute = await realpath(link.absolute);
    const target = await stat(absolute, { bigint: true });
    if (target.isFile()) files.push({ path: link.path, absolute, stat: target });
    else if (!target.isDirectory()) skipped.push({ path: link.path, reason: 'not a regular file' });
    else if (seen.has(identity(target))) {
      skipped.push({ path: link.path, reason: 'symbolic link to a folder that is listed already' });
    } else {
      folders.push(link.path);
      if (request.recursive) plain.push({ path: link.path, absolute });
    }
  };

  const unreadable = (error: unknown, path: string): void => {
    // Removed since its folder was listed: the scan is of a moment later.
    if (errorCode(error) === 'ENOENT' && !path.includes('\uFFFD') && path !== '') return;
    const failure = fileFailure(error, 'Reading', path === '' ? '.' : path);
    if (!request.skipUnreadable || path === '') throw failure;
    skipped.push({ path, reason: failure.message });
  };

  for (;;) {
    const place = plain.pop();
    if (place !== undefined) {
      await visit(place);
      continue;
    }
    links.sort((a, b) => compareBytes(b.path, a.path));
    const link = links.pop();
    if (link === undefined) break;
    await follow(link).catch((error: unknown) => unreadable(error, link.path));
  }
  const byPath = (a: { path: string }, b: { path: string }): number => compareBytes(a.path, b.path);
  return {
    files: files.sort(byPath),
    folders: folders.sort(compareBytes),
    skipped: skipped.sort(byPath),
  };
};

interface Place {
  readonly path: string;
  readonly absolute: string;
}

const PARALLEL_STATS = 16;

const identity = (stats: BigIntStats): string => `${stats.dev}:${stats.ino}`;
