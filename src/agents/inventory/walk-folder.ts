/**
 * Finds the files of a folder in the order of their paths' bytes, without reading any of them and
 * without holding more than the listings on the way down.
 *
 * Owns order and what is skipped; the caller owns what is excluded, `link-plan.ts` which links may
 * be followed. Synchronous: it runs in a thread, or for few files only.
 * Invariants: files come sorted by bytes (a folder sorts as its name with `/`); every real folder
 * is listed at most once, so loops of links end; nothing behind a link is touched unless planned.
 */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import { sep } from 'node:path';
import { compareBytes } from './byte-order.ts';
import { unreadable } from './file-failure.ts';
import type { FileVersion } from './hash-file.ts';
import type { LinkPlan, LinkTarget } from './link-plan.ts';

/** A regular file as it was found. */
export interface FoundFile {
  /** Relative to the walked folder, `/` separators. */
  readonly path: string;
  /** Where to open it; links are already resolved. */
  readonly absolute: string;
  readonly version: FileVersion;
}

export interface SkippedEntry {
  readonly path: string;
  readonly reason: string;
}

/** One thing the walk came by. */
export type WalkStep =
  | ({ readonly type: 'file' } & FoundFile)
  | { readonly type: 'folder'; readonly path: string }
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
  const skip = (error: unknown, path: string): WalkStep | null => {
    const reason = unreadable(error, path, request.skipUnreadable);
    return reason === null ? null : { type: 'skipped', path, reason };
  };

  /** Puts a folder's entries on top of what waits, the first one uppermost. */
  const open = (path: string, absolute: string): WalkStep | null => {
    if (request.links?.closed.has(path) === true) return null;
    try {
      for (const entry of entriesOf(path, absolute, request)) waiting.push(entry);
      return null;
    } catch (error) {
      return skip(error, path);
    }
  };

  let step = open('', request.folder);
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { path, absolute } = place;
    switch (place.type) {
      case 'skipped':
        step = { type: 'skipped', path, reason: place.reason };
        break;
      case 'folder':
        yield { type: 'folder', path };
        step = request.recursive ? open(path, absolute) : null;
        break;
      default:
        try {
          const version = statOf(place);
          step = version.isFile()
            ? { type: 'file', path, absolute, version }
            : { type: 'skipped', path, reason: NO_FILE };
        } catch (error) {
          step = skip(error, path);
        }
    }
    if (step !== null) yield step;
  }
}

/** Something in a listing; `key` is what it sorts by. */
interface Place {
  readonly type: 'file' | 'target' | 'folder' | 'skipped';
  readonly path: string;
  readonly absolute: string;
  readonly key: string;
  readonly reason: string;
}

/** A folder's entries, the last one first. */
const entriesOf = (path: string, absolute: string, request: WalkRequest): readonly Place[] => {
  const places: Place[] = [];
  for (const entry of readdirSync(absolute, { withFileTypes: true })) {
    const { name } = entry;
    const own = path === '' ? name : `${path}/${name}`;
    if (request.excludes(own)) continue;
    const target = targetOf(entry, own, `${absolute}${sep}${name}`, request.links);
    const key = target.type === 'folder' ? `${name}/` : name;
    places.push({ reason: '', ...target, path: own, key });
  }
  return places.sort((a, b) => compareBytes(b.key, a.key));
};

/** What an entry is, links looked through. */
const targetOf = (
  entry: Dirent,
  path: string,
  absolute: string,
  links: LinkPlan | null,
): Pick<Place, 'type' | 'absolute'> & { readonly reason?: string } => {
  if (entry.isFile()) return { type: 'file', absolute };
  if (entry.isDirectory()) return { type: 'folder', absolute };
  if (!entry.isSymbolicLink()) return { type: 'skipped', absolute, reason: NO_FILE };
  if (links === null) return { type: 'skipped', absolute, reason: NOT_FOLLOWED };
  const target: LinkTarget | undefined = links.targets.get(path);
  if (target === undefined) return { type: 'skipped', absolute, reason: 'made during the scan' };
  switch (target.type) {
    case 'file':
      return { type: 'target', absolute: target.absolute };
    case 'folder':
      return { type: 'folder', absolute: target.absolute };
    default:
      return { type: 'skipped', absolute, reason: target.reason };
  }
};

const NO_FILE = 'not a regular file';
const NOT_FOLLOWED = 'symbolic link; follow_symlinks is off';
const BIG = { bigint: true } as const;

const statOf = ({ type, absolute }: Place): BigIntStats =>
  type === 'target' ? statSync(absolute, BIG) : lstatSync(absolute, BIG);
