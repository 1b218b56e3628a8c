/**
 * Which links of a folder are followed and where they lead, found out before the walk: a link may
 * lead to what has a real name further on, and the real name wins.
 *
 * Owns loops and doubles; the caller owns whether a link may be followed at all.
 */
import { readdir, realpath, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { compareBytes } from './byte-order.ts';
import { stopIfAborted, unreadable } from './file-failure.ts';

/** Where a link leads. */
export type LinkTarget =
  | { readonly type: 'file' | 'folder'; readonly absolute: string }
  | { readonly type: 'skipped'; readonly reason: string };

/** Plain data, so that it can be handed to a thread. */
export interface LinkPlan {
  /** By path relative to the walked folder. */
  readonly targets: ReadonlyMap<string, LinkTarget>;
  /** Folders whose content is listed under another name. */
  readonly closed: ReadonlySet<string>;
}

export interface LinkRequest {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly recursive: boolean;
  readonly skipUnreadable: boolean;
  readonly excludes: (path: string) => boolean;
  /** Null when the link at this absolute path may be followed, otherwise why not. */
  readonly allowLink: (absolute: string) => Promise<string | null>;
  readonly signal: AbortSignal;
}

/** @throws AgentFailure FileSystemError or PermissionError naming what cannot be read. */
export const planLinks = async (request: LinkRequest): Promise<LinkPlan> => {
  const targets = new Map<string, LinkTarget>();
  const closed = new Set<string>();
  const seen = new Set<string>();
  // Real folders first: what a link also leads to is listed under its real name.
  const plain: Place[] = [{ path: '', absolute: request.folder }];
  const links: Place[] = [];

  const visit = async (place: Place): Promise<void> => {
    stopIfAborted(request.signal, 'The scan');
    const identity = identityOf(await stat(place.absolute, { bigint: true }));
    if (seen.has(identity)) return void closed.add(place.path);
    seen.add(identity);
    const folders: Place[] = [];
    for (const entry of await readdir(place.absolute, { withFileTypes: true })) {
      const path = place.path === '' ? entry.name : `${place.path}/${entry.name}`;
      if (request.excludes(path)) continue;
      const found = { path, absolute: join(place.absolute, entry.name) };
      if (entry.isDirectory()) folders.push(found);
      else if (entry.isSymbolicLink()) links.push(found);
    }
    if (request.recursive) plain.push(...folders.sort(lastFirst));
  };

  const follow = async (link: Place): Promise<LinkTarget> => {
    const refusal = await request.allowLink(link.absolute);
    if (refusal !== null) return { type: 'skipped', reason: refusal };
    const absolute = await realpath(link.absolute);
    const target = await stat(absolute, { bigint: true });
    if (target.isFile()) return { type: 'file', absolute };
    if (!target.isDirectory()) return { type: 'skipped', reason: 'not a regular file' };
    if (seen.has(identityOf(target))) return { type: 'skipped', reason: TWICE };
    if (request.recursive) plain.push({ path: link.path, absolute });
    return { type: 'folder', absolute };
  };

  for (;;) {
    const place = plain.pop();
    if (place !== undefined) {
      // What cannot be listed is told by the walk.
      await visit(place).catch((error: unknown) => unreadable(error, place.path, true));
      continue;
    }
    links.sort(lastFirst);
    const link = links.pop();
    if (link === undefined) return { targets, closed };
    try {
      targets.set(link.path, await follow(link));
    } catch (error) {
      const reason = unreadable(error, link.path, request.skipUnreadable);
      targets.set(link.path, { type: 'skipped', reason: reason ?? 'leads nowhere' });
    }
  }
};

interface Place {
  readonly path: string;
  readonly absolute: string;
}

const lastFirst = (a: Place, b: Place): number => compareBytes(b.path, a.path);

const TWICE = 'symbolic link to a folder that is listed already';

const identityOf = (stats: BigIntStats): string => `${stats.dev}:${stats.ino}`;
