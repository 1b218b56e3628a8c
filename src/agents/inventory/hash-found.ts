/**
 * Fills in the checksums of found files: taken over from the last scan where nothing changed,
 * computed otherwise. Owns which of the two; hashing itself is a port.
 */
import type { SkippedEntry, FoundFile } from './walk-folder.ts';
import { fileFailure } from './file-failure.ts';
import type { FileStates, KnownFile } from './file-state-log.ts';
import { isRacy } from './file-state-log.ts';
import { sameVersion } from './hash-file.ts';
import type { HashFile } from './hash-file.ts';
import { forEachPooled } from './pool.ts';
import { AgentFailure } from '../agent.ts';
import { errorCode } from '../../lib/atomic-file.ts';

export interface HashRequest {
  readonly files: readonly FoundFile[];
  /** What the last scan knew. */
  readonly known: FileStates;
  readonly hash: HashFile;
  readonly skipUnreadable: boolean;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onFile: () => void;
}

export interface HashedFiles {
  /** By path; files that vanished or were skipped are absent. */
  readonly hashed: ReadonlyMap<string, KnownFile>;
  /** Those the next scan may rely on, in the order of the files. */
  readonly lasting: FileStates;
  readonly skipped: readonly SkippedEntry[];
  /** Taken over without being read. */
  readonly unchanged: number;
}

/** @throws AgentFailure naming the first file that cannot be read. */
export const hashFound = async (request: HashRequest): Promise<HashedFiles> => {
  const hashed = new Map<string, KnownFile>();
  const racy = new Set<string>();
  const skipped: SkippedEntry[] = [];
  let unchanged = 0;

  const read = async (file: FoundFile): Promise<void> => {
    const before = request.known.get(file.path);
    if (before !== undefined && sameVersion(before, file.stat)) {
      hashed.set(file.path, before);
      unchanged += 1;
      return;
    }
    const readAt = request.now();
    const { sha256, stat } = await request.hash(file.absolute, request.signal);
    hashed.set(file.path, { sha256, ...versionOf(stat) });
    if (isRacy(stat, readAt)) racy.add(file.path);
  };

  await forEachPooled(request.files, PARALLEL_READS, async (file) => {
    try {
      await read(file);
    } catch (error) {
      // Removed since the walk: the scan is of a moment later.
      if (errorCode(error) === 'ENOENT') return;
      const failure = fileFailure(error, 'Reading', file.path);
      const stopped = error instanceof AgentFailure;
      if (stopped || !request.skipUnreadable) throw failure;
      skipped.push({ path: file.path, reason: failure.message });
    }
    request.onFile();
  });

  const lasting = new Map<string, KnownFile>();
  for (const { path } of request.files) {
    const file = hashed.get(path);
    if (file !== undefined && !racy.has(path)) lasting.set(path, file);
  }
  return { hashed, lasting, skipped, unchanged };
};

const PARALLEL_READS = 4;

const versionOf = ({ size, mtimeNs, ctimeNs, ino }: KnownFile | FoundFile['stat']) => ({
  size,
  mtimeNs,
  ctimeNs,
  ino,
});
