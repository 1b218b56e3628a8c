/** System errors as the failures agents report. */
import { errorMessage } from '../../lib/error-code.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import { AgentFailure } from '../agent.ts';

/**
 * A failure for a system error met at `path` (as people know it) while doing `what`.
 * Missing files and missing rights do not come back by themselves; anything else may.
 */
export const fileFailure = (error: unknown, what: string, path: string): AgentFailure => {
  if (error instanceof AgentFailure) return error;
  const code = errorCode(error);
  const denied = code === 'EACCES' || code === 'EPERM';
  const reason = REASONS[code] ?? errorMessage(error);
  const message = `${what} ${JSON.stringify(path)} failed: ${reason}`;
  return new AgentFailure(denied ? 'PermissionError' : 'FileSystemError', message, {
    retryable: !denied && !LASTING.has(code),
    cause: error,
  });
};

/**
 * Why something cannot be read, null when it is simply no longer there.
 * @throws AgentFailure unless unreadable things are to be skipped.
 */
export const unreadable = (error: unknown, path: string, skip: boolean): string | null => {
  // Removed since its folder was listed: the scan is of a moment later.
  if (errorCode(error) === 'ENOENT' && !path.includes('\uFFFD') && path !== '') return null;
  const failure = fileFailure(error, 'Reading', path === '' ? '.' : path);
  if (!skip || path === '') throw failure;
  return failure.message;
};

const LASTING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EROFS', 'ENAMETOOLONG']);

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied; give the account that runs the agents the right to it',
  EPERM: 'operation not permitted; give the account that runs the agents the right to it',
  ENOENT: 'it does not exist; check the name and its case',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full; free some space and retry',
  EMFILE: 'too many files are open; retry, or raise the limit (ulimit -n)',
};

/** Throws when the task has been stopped (timeout, cancellation, shutdown). */
export const stopIfAborted = (signal: AbortSignal, what: string): void => {
  if (signal.aborted) throw new AgentFailure('TimeoutError', `${what} was stopped before its end`);
};
