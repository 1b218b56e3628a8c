/**
 * Paths as people and definitions write them, turned into absolute ones that are safe to open.
 *
 * Owns what may be opened: nothing outside the station, whatever `..`, absolute paths, drive
 * letters or symbolic links say; nothing outside the definition's access lists; no writing into
 * the engine's own folders. The engine owns which lists apply.
 * Invariants: every path handed out lies inside the station's real folder at the time of the
 * check, and the check looks at the real path, not at the written one.
 */
import nodePath from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import { AgentFailure } from './agent.ts';
import type { StationPaths } from './agent.ts';
import { refuseForbidden } from './forbidden.ts';
import { invalidPath, stationSegments } from './station-segments.ts';

/** What {@link createStationPaths} needs to know. */
export interface StationPathsOptions {
  /** The station folder. */
  readonly root: string;
  /** Path prefixes relative to the station that may be read; null: all of it. */
  readonly readAccess: readonly string[] | null;
  /** Path prefixes relative to the station that may be written; null: all but the engine's own folders. */
  readonly writeAccess: readonly string[] | null;
  /** `forbidden_operations` of the definition. Default none. */
  readonly forbidden?: readonly string[];
  /** The engine itself writes logs and reports that definitions place directly in `.3ox/`. Default `agent`. */
  readonly writer?: 'agent' | 'engine';
  readonly files?: PathFiles;
}

/** What looking up a path uses of a machine. */
type PathFiles = Pick<HostFiles, 'stat' | 'list' | 'realPath'>;

/** Creates the checked paths of one station for one task. */
export const createStationPaths = (options: StationPathsOptions): StationPaths => {
  const root = nodePath.resolve(options.root);
  const { files = systemFiles } = options;
  const lists = { read: options.readAccess, write: options.writeAccess };
  const forbidden = options.forbidden ?? [];

  const check = async (access: 'read' | 'write', path: string): Promise<string> => {
    const absolute = withStationCase(files, root, stationSegments(path, root));
    const real = realSegments(files, root, absolute, path);
    if (access === 'write') refuseReserved(real, path, options.writer ?? 'agent');
    refuseUncovered(files, root, real, lists[access], `${access}_access`, path);
    refuseForbidden(forbidden, access, () => isThere(files, absolute), path);
    return absolute;
  };

  return {
    root,
    read: (path) => check('read', path),
    write: (path) => check('write', path),
    relative: (absolute) => slashed(nodePath.relative(root, absolute)),
  };
};

/** Joins the names, taking an existing folder that differs only in case where the exact name is absent. */
const withStationCase = (files: PathFiles, root: string, segments: readonly string[]): string => {
  let path = root;
  for (const [index, segment] of segments.entries()) {
    const exact = nodePath.join(path, segment);
    if (isThere(files, exact)) {
      path = exact;
      continue;
    }
    const found = folderWithoutCase(files, path, segment);
    if (found === null) return nodePath.join(path, ...segments.slice(index));
    path = nodePath.join(path, found);
  }
  return path;
};

const folderWithoutCase = (files: PathFiles, folder: string, name: string): string | null => {
  const found = namesIn(files, folder).filter(
    (candidate) =>
      fold(candidate) === fold(name) &&
      files.stat(nodePath.join(folder, candidate))?.regular === false,
  );
  if (found.length > 1) {
    throw invalidPath(name, `it could be ${found.join(' or ')}; write the exact name`);
  }
  return found[0] ?? null;
};

const namesIn = (files: PathFiles, folder: string): readonly string[] => {
  try {
    return files.list(folder);
  } catch {
    return [];
  }
};

/** The real path's names below the station's real folder; names that do not exist yet stay as written. */
const realSegments = (
  files: PathFiles,
  root: string,
  absolute: string,
  shown: string,
): readonly string[] => {
  const realRoot = files.realPath(root);
  const missing: string[] = [];
  for (let path = absolute; ; path = nodePath.dirname(path)) {
    try {
      const inside = nodePath.relative(realRoot, nodePath.join(files.realPath(path), ...missing));
      if (nodePath.isAbsolute(inside) || inside.split(nodePath.sep)[0] === '..') {
        throw invalidPath(shown, 'it leads out of the station through a symbolic link');
      }
      return inside.split(nodePath.sep).filter((segment) => segment !== '');
    } catch (error) {
      if (error instanceof AgentFailure) throw error;
      refuseUnlessAbsent(files, error, path, shown);
      missing.unshift(nodePath.basename(path));
    }
  }
};

/** Only a name that is truly not there may be skipped; a link to nowhere could be made to lead anywhere. */
const refuseUnlessAbsent = (
  files: PathFiles,
  error: unknown,
  path: string,
  shown: string,
): void => {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    throw new AgentFailure('PermissionError', `The path "${shown}" cannot be looked up: ${code}`, {
      retryable: false,
      cause: error,
    });
  }
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    throw invalidPath(shown, `it cannot be resolved (${code === '' ? String(error) : code})`);
  }
  if (isThere(files, path)) throw invalidPath(shown, 'it is a symbolic link that leads nowhere');
};

/** Folders of `.3ox/` in which only the engine writes; nor does an agent write files directly in `.3ox/`. */
const ENGINE_FOLDERS = new Set(['journal', 'archive', 'task-queue', 'response-queue', 'queue']);

/** Files directly in `.3ox/` that are the engine's own truth or a person's settings. */
const OWN_FILES = new Set(['workflow.state.yaml', 'settings.yaml', 'agents.yaml']);
/** So begin the names of others of them. */
const OWN_PREFIXES = ['engine.', 'workflow.execution.log'];

const refuseReserved = (
  real: readonly string[],
  shown: string,
  writer: 'agent' | 'engine',
): void => {
  const [first, second] = real.map(fold);
  if (first !== '.3ox.index' && (first !== '.3ox' || !isReserved(second, real.length, writer))) {
    return;
  }
  throw new AgentFailure(
    'PermissionError',
    `"${shown}" cannot be written: agents may not change .3ox.index/ or the engine's own files in .3ox/; write to .3ox/workflow-data/ instead`,
    { retryable: false },
  );
};

/** True for a name in `.3ox/` that `writer` may not write to. */
const isReserved = (
  name: string | undefined,
  depth: number,
  writer: 'agent' | 'engine',
): boolean => {
  if (name === undefined || ENGINE_FOLDERS.has(name)) return true;
  if (writer === 'agent') return depth === 2;
  return OWN_FILES.has(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
};

const refuseUncovered = (
  files: PathFiles,
  root: string,
  real: readonly string[],
  access: readonly string[] | null,
  key: string,
  shown: string,
): void => {
  if (access === null) return;
  for (const prefix of access) {
    const allowed = allowedSegments(files, root, prefix);
    if (allowed?.every((segment, index) => sameName(segment, real[index])) === true) return;
  }
  const listed = access.length === 0 ? 'it lists nothing' : `it lists ${access.join(', ')}`;
  throw new AgentFailure(
    'PermissionError',
    `"${shown}" is not covered by the workflow's permissions.${key} (${listed}); add the folder there or name another one`,
    { retryable: false },
  );
};

/** An entry that leaves the station grants nothing. */
const allowedSegments = (
  files: PathFiles,
  root: string,
  prefix: string,
): readonly string[] | null => {
  try {
    const absolute = withStationCase(files, root, stationSegments(prefix, root));
    return realSegments(files, root, absolute, prefix);
  } catch (error) {
    if (error instanceof AgentFailure) return null;
    throw error;
  }
};

const sameName = (a: string, b: string | undefined): boolean =>
  process.platform === 'linux' ? a === b : b !== undefined && fold(a) === fold(b);

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

const slashed = (path: string): string => path.split(nodePath.sep).join('/');

const isThere = (files: PathFiles, path: string): boolean => {
  try {
    return files.stat(path) !== null;
  } catch {
    return false;
  }
};
