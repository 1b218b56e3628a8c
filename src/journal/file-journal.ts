/**
 * The journal in files: `.3ox/journal/base-<seq>.jsonl`, `segment-<first seq>.jsonl` and
 * `.3ox/archive/`.
 *
 * Owns opening (what is cut, what stops the engine), appending, archiving and compacting. The lock is the
 * caller's: it is taken before opening, and its epoch goes into every record (I4).
 * I1: nothing resolves before it is on disk. Archiving writes and syncs the run's file, then the
 * index line, then a control record; only the control record counts, so a crash in between leaves
 * a live run that is archived again. Restoring is one control record: the run's earlier records
 * stay in its archive file, with the seq and hash they always had.
 */
import { errorMessage } from '../lib/error-code.ts';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { openArchive } from './archive.ts';
import { archivedRuns, countsWithout } from './archived-runs.ts';
import { createArchiver } from './archiver.ts';
import { openIndex } from './index-writer.ts';
import { systemFiles } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { damagedIn } from './run-index.ts';
import { VersionConflictError } from './journal.ts';
import type { Journal } from './journal.ts';
import { createCompactor } from './compactor.ts';
import { removeUnneeded, settleBases, settleLeftovers, syncLast } from './opening.ts';
import { EpochBehindError, RunArchivedError, RunDamagedError } from './problems.ts';
import type { JournalProblem } from './problems.ts';
import { createReader } from './reader.ts';
import { NO_HASH, eachWith } from './record.ts';
import type { ReadEvents, RecordDraft } from './record.ts';
import { HEADLESS, scanJournal } from './scan.ts';
import { createWriter } from './writer.ts';

/** What {@link createFileJournal} needs. */
export interface FileJournalOptions<E> {
  /** The station's `.3ox` folder. */
  readonly folder: string;
  /** Epoch of the lock that is held. */
  readonly epoch: number;
  /** Checks an event read from disk; throws when it is none. */
  readonly parseEvent: (value: unknown) => E;
  /** Reads the events of a record at once, for those who know a cheaper way than one by one. */
  readonly readEvents?: ReadEvents<E>;
  /** Told what was found wrong and dealt with. A run reported as damaged is to be quarantined. */
  readonly onReport?: (problem: JournalProblem) => void;
  /** Throws when the lock is no longer held; asked before every write. */
  readonly assertHeld?: () => void;
  readonly files?: JournalFiles;
  /** Stamps records of archiving and restoring. */
  readonly clock?: Clock;
  /** Size in bytes at which a segment is followed by the next. Default 8 MiB. */
  readonly segmentBytes?: number;
  /** Records that must have become unneeded before the journal is compacted. Default 10,000. */
  readonly compactEvery?: number;
  /** Lines of the archive's index that one part of it stands for. Default 512. */
  readonly partLines?: number;
}

/**
 * Opens the journal for writing.
 * @throws JournalDamagedError when a damaged record has acknowledged ones after it, and
 *   EpochBehindError when it was written under a later epoch than this one.
 */
export const createFileJournal = async <E>(options: FileJournalOptions<E>): Promise<Journal<E>> => {
  const { epoch, files = systemFiles, clock = systemClock } = options;
  const report = options.onReport ?? (() => undefined);
  const folder = join(options.folder, 'journal');
  files.makeFolder(folder);
  files.syncFolder(options.folder);

  // 1. See what is there, and cut what does not count.
  const onBroken = (run: string, seq: number, what: string): void =>
    report({ type: 'run_damaged', run, seq, message: new RunDamagedError(run, what).message });
  const scan = scanJournal(files, folder, (header, _at, wrong) => {
    if (wrong !== null) onBroken(header.run, header.seq, wrong);
  });
  for (const run of scan.headless) onBroken(run, 0, HEADLESS);
  settleLeftovers(files, folder, scan, report);
  syncLast(files, folder, scan.segments);
  settleBases(files, folder, scan.covered);
  const { index, segments } = scan;
  if (index.epoch > epoch) {
    throw new EpochBehindError(folder, index.epoch, epoch);
  }

  // 2. Bring the archive's index in line.
  const archiveFolder = join(options.folder, 'archive');
  const archive = openArchive(files, archiveFolder);
  const isLive = (run: string): boolean => index.runs.has(run);
  const file = 'archive/index.jsonl';
  const list = openIndex({
    files,
    folder: archiveFolder,
    missing: (listed) => archive.missing((run) => listed.has(run) || isLive(run)),
    onMended: () =>
      report({
        type: 'index_mended',
        file,
        message: `${file} was made whole from the runs' files`,
      }),
    onDamaged: () =>
      report({
        type: 'index_damaged',
        file,
        message: `Lines of ${file} cannot be read: lists lack some archived runs until the next start makes it whole`,
      }),
    onError: (error) =>
      report({
        type: 'not_compacted',
        message: `The parts of ${file} could not be written (${errorMessage(error)}); nothing is lost, lists take longer`,
      }),
    ...(options.partLines === undefined ? {} : { partLines: options.partLines }),
  });
  removeUnneeded(files, folder, segments);

  // 3. Write, read, archive, compact.
  const assertHeld = options.assertHeld ?? (() => undefined);
  const writer = createWriter({
    files,
    folder,
    segments,
    lastSeq: index.lastSeq,
    segmentBytes: options.segmentBytes ?? 8 * 1024 * 1024,
    assertHeld,
  });
  const write = (draft: RecordDraft<unknown>): { hash: string; done: Promise<void> } => {
    const { place, hash, done } = writer.write(draft);
    const { run, seq, version, prev, control = null } = draft;
    index.apply({ run, seq, epoch, version, prev, control, hash }, place);
    return { hash, done };
  };
  const reader = createReader({
    files,
    folder,
    index,
    segments,
    archive,
    onBroken,
    readEvents: options.readEvents ?? eachWith(options.parseEvent),
    limit: () => writer.synced,
    isStored: ({ segment, offset, length }) => offset + length <= segment.end,
  });
  const archiver = createArchiver({
    index,
    archive,
    list,
    writer,
    reader,
    control: (control, run, version, prev) => {
      const fields = { seq: index.lastSeq + 1, epoch, run, version, at: clock.now(), prev };
      return write({ control, cause: 'archive', ...fields, events: [] }).done;
    },
    cleanUp() {
      removeUnneeded(files, folder, segments);
      compactor.consider();
    },
  });
  const compactor = createCompactor({
    files,
    folder,
    index,
    segments,
    writer,
    assertHeld,
    every: options.compactEvery ?? 10_000,
    onError(error) {
      const message = `The journal in ${folder} could not be compacted (${errorMessage(error)}); nothing is lost, it is tried again later`;
      report({ type: 'not_compacted', message });
    },
  });
  compactor.consider();

  /** Live runs with a file in the archive, where the index may have lines of them; known once somebody counts. */
  let filed: Set<string> | null = null;
  const filedRuns = (): ReadonlySet<string> => {
    filed ??= new Set([...index.runs.keys()].filter((run) => archive.has(run)));
    for (const run of filed) if (!isLive(run)) filed.delete(run);
    return filed;
  };

  return {
    async append(request, expectedVersion) {
      const { run, at, cause, events } = request;
      const stopped = writer.stopped();
      if (stopped !== null) throw stopped;
      const live = index.runs.get(run);
      if (live === undefined && archive.has(run)) throw new RunArchivedError(run);
      if (live !== undefined && live.broken !== null) throw new RunDamagedError(run, live.broken);
      const version = live?.version ?? 0;
      if (version !== expectedVersion) {
        throw new VersionConflictError(run, expectedVersion, version);
      }
      const seq = index.lastSeq + 1;
      const prev = live?.head ?? NO_HASH;
      const body = { seq, epoch, run, version: version + 1, at, cause, prev, events };
      const { hash, done } = write(body);
      await done;
      return { seq, epoch, run, version: body.version, at, cause, prev, hash, events };
    },
    replay: () => reader.replay(),
    damaged: () => damagedIn(index),
    read: async (run) => reader.read(run),
    archive(run, summary) {
      filed?.add(run);
      return archiver.archive(run, summary);
    },
    async restore(run) {
      filed?.add(run);
      await archiver.restore(run);
      return reader.read(run);
    },
    archived: {
      ...archivedRuns(archive, list, isLive),
      counts: () => countsWithout(filedRuns(), archive, list),
    },
    async close() {
      await archiver.idle();
      await compactor.idle();
      await writer.close();
      list.close();
    },
  };
};
