/** Thrown errors as the program tells them: which exit code, and what to do next. */
import { errorCode, errorMessage } from '../lib/error-code.ts';
import type { Failure } from './failure-shape.ts';
import { EXIT } from './exit-codes.ts';

export const failureOfError = (error: unknown): Failure => {
  const code = errorCode(error);
  const known = KNOWN.get(code);
  const message = errorMessage(error);
  return {
    type: 'failure',
    exit: known?.exit ?? EXIT.failed,
    code: code === '' ? 'INTERNAL' : code,
    message,
    hint: known === undefined ? 'LOG_LEVEL=debug shows more' : known.hint,
    at: null,
  };
};

const MORE_FILES = 'allow this process more open files, such as ulimit -n 1024';

/** Errors that say for themselves what is wrong. */
const KNOWN: ReadonlyMap<string, { readonly exit: number; readonly hint: string | null }> = new Map(
  [
    ['CONFIG_INVALID', { exit: EXIT.usage, hint: null }],
    ['SETTINGS_INVALID', { exit: EXIT.usage, hint: null }],
    ['REGISTRY_INVALID', { exit: EXIT.usage, hint: null }],
    ['STATION_NOT_FOUND', { exit: EXIT.notFound, hint: null }],
    ['STATION_LOCKED', { exit: EXIT.locked, hint: null }],
    ['LOCK_LOST', { exit: EXIT.locked, hint: null }],
    [
      'REMOTE_UNREACHABLE',
      { exit: EXIT.locked, hint: 'workflow doctor says who holds the station' },
    ],
    ['REMOTE_LOST', { exit: EXIT.failed, hint: 'workflow serve starts an engine again' }],
    [
      'JOURNAL_DAMAGED',
      { exit: EXIT.failed, hint: 'workflow audit verify shows everything that is wrong' },
    ],
    [
      'RUN_DAMAGED',
      { exit: EXIT.failed, hint: 'workflow audit verify shows everything that is wrong' },
    ],
    ['ENGINE_EVENT_UNKNOWN', { exit: EXIT.failed, hint: null }],
    ['ENGINE_STOPPED', { exit: EXIT.failed, hint: 'workflow doctor says what stands in the way' }],
    ['ENOSPC', { exit: EXIT.failed, hint: 'make room on the disk and try again' }],
    ['EDQUOT', { exit: EXIT.failed, hint: 'make room on the disk and try again' }],
    ['EROFS', { exit: EXIT.failed, hint: 'the file system is read-only: mount it for writing' }],
    ['EACCES', { exit: EXIT.failed, hint: 'workflow doctor says what may not be used' }],
    ['EMFILE', { exit: EXIT.failed, hint: MORE_FILES }],
    ['ENFILE', { exit: EXIT.failed, hint: MORE_FILES }],
    // Node takes a module it may not open for one that is not there.
    ['ERR_MODULE_NOT_FOUND', { exit: EXIT.failed, hint: `${MORE_FILES}; or install it again` }],
  ],
);
