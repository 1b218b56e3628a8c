/**
 * Paths as people and definitions write them, turned into absolute ones that are safe to open.
 *
 * Owns what may be opened: nothing outside the station, whatever `..`, absolute paths, drive
 * letters or symbolic links say; nothing outside the definition's access lists; no writing into
 * the engine's own folders. The engine owns which lists apply.
 * Invariants: every path handed out lies inside the station's real folder at the time of the
 * check, and the check looks at the real path, not at the written one.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import nodePath from 'node:path';
import { errorCode } from '../lib/atomic-file.ts';
import { AgentFailure } from './agent.ts';
import type { StationPaths } from './agent.ts';

/** What {@link createStationPaths} needs to know. */
export interface StationPathsOptions {
  /** The station folder. */
  readonly root: string;
  /** Path prefixes relative to the station that may be read; null: all of it. */
  readonly readAccess: readonly string[] | null;
  /** Path prefixes relative to the station that may be written; null: all but the engine's own folders. */
  readonly writeAccess: readonly string[] | null;
  /** The engine itself writes logs and reports that definitions place directly in `.3ox/`. Default `agent`. */
  readonly writer?: 'agent' | 'engine';
}

/** Creates the checked paths of one station for one task. */
export const createStationPaths = (options: StationPathsOptions): StationPaths => {
  const root = nodePath.resolve(options.root);
  const lists = { read: options.readAccess, write: options.writeAccess };

  const check = async (access: 'read' | 'write', path: string): Promise<string> => {
    const absolute = await withStationCase(root, stationSegments(path, root));
    const real = await realSegments(root, absolute, path);
    if (access === 'write') refuseReserved(real, path, options.writer ?? 'agent');
    await refuseUncovered(root, real, lists[access], `${access}_access`, path);
    return absolute;
  };

  return {
    root,
    read: (path) => check('read', path),
    write: (path) => check('write', path),
    relative: (absolute) => slashed(nodePath.relative(root, absolute)),
  };
};

type PathApi = Pick<typeof nodePath, 'isAbsolute' | 'relative' | 'sep'>;

/**
 * The names on the way from the station to `path`, `.` and inner `..` resolved. Pure: knows only
 * the text. `api` is the platform's path module, so that Windows rules can be tested anywhere.
 * @throws AgentFailure InvalidPathError when the text leaves the station or cannot be a path.
 */
export const stationSegments = (
  path: string,
  root: string,
  api: PathApi = nodePath,
): readonly string[] => {
  if (path === '') throw invalid(path, 'it is empty; write a path such as 0UT.3OX');
  if (path.includes('\0')) throw invalid(path, 'it contains a NUL character');
  const inside = api.isAbsolute(path) ? api.relative(root, path) : path;
  if (api.isAbsolute(inside) || /^([A-Za-z]:|[\\/])/u.test(inside)) {
    throw invalid(path, `it is absolute and not inside the station ${root}`);
  }
  const segments: string[] = [];
  for (const segment of inside.split(/[\\/]+/u)) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw invalid(path, 'it leaves the station');
  }
  if (api.sep === '\\') segments.forEach((segment) => refuseOnWindows(segment, path));
  return segments;
};

/** Names that Windows reads as something else: streams, devices, and trailing dots and spaces it drops. */
const refuseOnWindows = (segment: string, path: string): void => {
  if (/[<>:"|?*]|[. ]$/u.test(segment) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu.test(segment)) {
    throw invalid(path, `"${segment}" is not a file name on Windows`);
  }
};

/** Joins the names, taking an existing folder that differs only in case where the exact name is absent. */
const withStationCase = async (root: string, segments: readonly string[]): Promise<string> => {
  let path = root;
  for (const [index, segment] of segments.entries()) {
    const exact = nodePath.join(path, segment);
    if (await isThere(exact)) {
      path = exact;
      continue;
    }
    const found = await folderWithoutCase(path, segment);
    if (found === null) return nodePath.join(path, ...segments.slice(index));
    path = nodePath.join(path, found);
  }
  return path;
};

const folderWithoutCase = async (folder: string, name: string): Promise<string | null> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = entries
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map((entry) => entry.name)
    .filter((candidate) => fold(candidate) === fold(name));
  if (found.length > 1) {
    throw invalid(name, `it could be ${found.join(' or ')}; write the exact name`);
  }
  return found[0] ?? null;
};

/** The real path's names below the station's real folder; names that do not exist yet stay as written. */
const realSegments = async (
  root: string,
  absolute: string,
  shown: string,
): Promise<readonly string[]> => {
  const realRoot = await realpath(root);
  const missing: string[] = [];
  for (let path = absolute; ; path = nodePath.dirname(path)) {
    try {
      const inside = nodePath.relative(realRoot, nodePath.join(await realpath(path), ...missing));
      if (nodePath.isAbsolute(inside) || inside.split(nodePath.sep)[0] === '..') {
        throw invalid(shown, 'it leads out of the station through a symbolic link');
      }
      return inside.split(nodePath.sep).filter((segment) => segment !== '');
    } catch (error) {
      if (error instanceof AgentFailure) throw error;
      await refuseUnlessAbsent(error, path, shown);
      missing.unshift(nodePath.basename(path));
    }
  }
};

/** Only a name that is truly not there may be skipped; a link to nowhere could be made to lead anywhere. */
const refuseUnlessAbsent = async (error: unknown, path: string, shown: string): Promise<void> => {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') {
    throw new AgentFailure('PermissionError', `The path "${shown}" cannot be looked up: ${code}`, {
      retryable: false,
      cause: error,
    });
  }
  if (code !== 'ENOENT' && code !== 'ENOTDIR') {
    throw invalid(shown, `it cannot be resolved (${code === '' ? String(error) : code})`);
  }
  if (await isThere(path)) throw invalid(shown, 'it is a symbolic link that leads nowhere');
};

/** Folders of `.3ox/` in which only the engine writes; nor does an agent write files directly in `.3ox/`. */
const ENGINE_FOLDERS = new Set(['journal', 'archive', 'task-queue', 'response-queue', 'queue']);

/** Files directly in `.3ox/` that are the engine's own truth or a person's settings. */
const OWN_FILES = new Set([
  'workflow.state.yaml',
  'workflow.execution.log',
  'settings.yaml',
  'agents.yaml',
]);

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
  return OWN_FILES.has(name) || name.startsWith('engine.');
};

const refuseUncovered = async (
  root: string,
  real: readonly string[],
  access: readonly string[] | null,
  key: string,
  shown: string,
): Promise<void> => {
  if (access === null) return;
  for (const prefix of access) {
    const allowed = await allowedSegments(root, prefix);
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
const allowedSegments = async (root: string, prefix: string): Promise<readonly string[] | null> => {
  try {
    return await realSegments(
      root,
      await withStationCase(root, stationSegments(prefix, root)),
      prefix,
    );
  } catch (error) {
    if (error instanceof AgentFailure) return null;
    throw error;
  }
};

const sameName = (a: string, b: string | undefined): boolean =>
  process.platform === 'linux' ? a === b : b !== undefined && fold(a) === fold(b);

const fold = (name: string): string => name.normalize('NFC').toLowerCase();

const slashed = (path: string): string => path.split(nodePath.sep).join('/');

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const invalid = (path: string, why: string): AgentFailure =>
  new AgentFailure('InvalidPathError', `The path ${JSON.stringify(path)} is refused: ${why}`, {
    retryable: false,
  });
