import nodePath from 'node:path';
import { AgentFailure } from './agent.ts';

/** The platform's path module, as far as it is asked. */
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
  if (path === '') throw invalidPath(path, 'it is empty; write a path such as 0UT.3OX');
  if (path.includes('\0')) throw invalidPath(path, 'it contains a NUL character');
  const inside = api.isAbsolute(path) ? api.relative(root, path) : path;
  if (api.isAbsolute(inside) || /^([A-Za-z]:|[\\/])/u.test(inside)) {
    throw invalidPath(path, `it is absolute and not inside the station ${root}`);
  }
  const segments: string[] = [];
  for (const segment of inside.split(/[\\/]+/u)) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw invalidPath(path, 'it leaves the station');
  }
  if (api.sep === '\\') segments.forEach((segment) => refuseOnWindows(segment, path));
  return segments;
};

/** Names that Windows reads as something else: streams, devices, and trailing dots and spaces it drops. */
const refuseOnWindows = (segment: string, path: string): void => {
  if (/[<>:"|?*]|[. ]$/u.test(segment) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu.test(segment)) {
    throw invalidPath(path, `"${segment}" is not a file name on Windows`);
  }
};

/** A path that no agent gets, and why. */
export const invalidPath = (path: string, why: string): AgentFailure =>
  new AgentFailure('InvalidPathError', `The path ${JSON.stringify(path)} is refused: ${why}`, {
    retryable: false,
  });
