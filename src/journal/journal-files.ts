/** The few file functions the journal needs, so that faults can be put under it. */
import type { HostFiles } from '../lib/host/host.ts';

export { systemFiles } from '../lib/host/system-files.ts';
export { writeFully } from '../lib/host/write-fully.ts';

/** Files as the journal sees them. */
export type JournalFiles = Pick<
  HostFiles,
  | 'open'
  | 'write'
  | 'sync'
  | 'syncNow'
  | 'syncFolder'
  | 'truncate'
  | 'close'
  | 'rename'
  | 'remove'
  | 'makeFolder'
  | 'list'
  | 'read'
  | 'readPart'
  | 'sizeOf'
  | 'stat'
>;
