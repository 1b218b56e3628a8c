/**
 * Finds the files of a folder in the order of their paths' bytes, without reading or asking about
 * any of them and without holding more than the listings on the way down.
 *
 * Owns order and what is skipped; the caller owns what is excluded, `link-plan.ts` which links may
 * be followed. Synchronous: it runs in a thread, or for few files only.
 * Invariants: files come sorted by bytes (a folder sorts as its name with `/`); every real folder
 * is listed at most once, so loops of links end; nothing behind a link is touched unless planned.
 */
import { readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { sep } from 'node:path';
import { compareBytes } from './byte-order.ts';
import { unreadable } from './file-failure.ts';
import type { LinkPlan } from './link-plan.ts';

/** A regular file by what its folder says. */
export interface FoundFile {
  /** Relative to the walked folder, `/` separators. */
  readonly path: string;
  /** Where to open it; links are already resolved. */
  readonly absolute: string;
}

export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

/** One thing the walk came by. */
export type WalkStep =
  | ({ readonly type: 'file' } & FoundFile)
  | { readonly type: 'folder'; readonly path: string; readonly absolute: string }
  | ({ readonly type: 'skipped' } & SkippedEntry);

export interface WalkRequest {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly recursive: boolean;
  readonly skipUnreadable: boolean;
  readonly excludes: (path: string) => boolean;
  /** Where links lead; null when none is followed. */
  readonly links: LinkPlan | null;
}

/** @throws AgentFailure FileSystemError or PermissionError naming what cannot be read. */
export function* walkFolder(request: WalkRequest): Generator<WalkStep, void, undefined> {
  const waiting: Place[] = [];

  /** Puts a folder's entries on top of what waits, the first one uppermost. */
  const open = (path: string, absolute: string): WalkStep | null => {
    if (request.links?.closed.has(path) === true) return null;
    try {
      for (const entry of entriesOf(path, absolute, request)) waiting.push(entry);
      return null;
    } catch (error) {
      const reason = unreadable(error, path, request.skipUnreadable);
      return reason === null ? null : { type: 'skipped', path, reason };
    }
  };

  open('', request.folder);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    yield place;
    if (place.type !== 'folder' || !request.recursive) continue;
    const skipped = open(place.path, place.absolute);
    if (skipped !== null) yield skipped;
  }
}

/** Something in a listing; `key` is what it sorts by. */
type Place = WalkStep & { readonly key: string };

/** A folder's entries, the last one first. */
const entriesOf = (path: string, absolute: string, request: WalkRequest): readonly Place[] => {
  const places: Place[] = [];
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    const own = path === '' ? entry.name : `${path}/${entry.name}`;
    if (request.excludes(own)) continue;
    places.push(placeOf(entry, own, `${absolute}${sep}${entry.name}`, request.links));
  }
  return places.sort((a, b) => compareBytes(b.key, a.key));
};

/** What an entry is, links looked through. */
const placeOf = (entry: Dirent, path: string, absolute: string, links: LinkPlan | null): Place => {
  const key = entry.name;
  if (entry.isFile()) return { type: 'file', path, absolute, key };
  if (entry.isDirectory()) return { type: 'folder', path, absolute, key: `${key}/` };
  if (!entry.isSymbolicLink()) return { type: 'skipped', path, reason: NO_FILE, key };
  if (links === null) return { type: 'skipped', path, reason: NOT_FOLLOWED, key };
  const target = links.targets.get(path);
  if (target === undefined) return { type: 'skipped', path, reason: 'made during the scan', key };
  switch (target.type) {
    case 'file':
      return { type: 'file', path, absolute: target.absolute, key };
    case 'folder':
      return { type: 'folder', path, absolute: target.absolute, key: `${key}/` };
    default:
      return { type: 'skipped', path, reason: target.reason, key };
  }
};

const NO_FILE = 'not a regular file';
const NOT_FOLLOWED = 'symbolic link; follow_symlinks is off';
