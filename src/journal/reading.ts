/**
 * The journal for those who only look: it writes nothing, needs no lock, and works with the engine
 * alive or dead. Each call sees the journal as it is at that moment; a torn end is passed over.
 */
import { join } from 'node:path';
import { errorCode } from '../lib/error-code.ts';
import { openArchive } from './archive.ts';
import { archivedRuns } from './archived-runs.ts';
import { findRun } from './find-run.ts';
import { readIndex } from './index-source.ts';
import { systemFiles } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import type { ArchivedRuns, JournalRecord } from './journal.ts';
import { createReader } from './reader.ts';
import { eachWith } from './record.ts';
import type { ReadEvents } from './record.ts';
import type { Reader } from './reader.ts';
import { damagedIn } from './run-index.ts';
import { scanQuietly } from './scan.ts';
import type { Scan } from './scan.ts';
import { verifyJournal } from './verify.ts';
import type { Verification } from './verify.ts';

/** A journal that can only be read. */
export interface ReadOnlyJournal<E> {
  /** Live runs' records in seq order, and what is archived: one moment of both. */
  overview(): Promise<{
    readonly records: AsyncIterable<JournalRecord<E>>;
    readonly archived: ListedRuns;
    /** Live runs that cannot be read, and why; all of them once the records were read. */
    readonly damaged: () => ReadonlyMap<string, string>;
    /** Where acknowledged records begin that cannot be read: nothing after it is shown. Or null. */
    readonly damage: Scan['damage'];
  }>;
  /** The same for those who want little of it: records are read when they are asked for. */
  glance(): Promise<Glance<E>>;
  /** Records of live runs in seq order; runs that cannot be read are left out. */
  replay(): AsyncIterable<JournalRecord<E>>;
  /** Records of one run, live or archived. @throws RunDamagedError */
  read(run: string): Promise<readonly JournalRecord<E>[]>;
  archived(): Promise<ListedRuns>;
  /** Checks everything, or one run. */
  verify(run?: string): Promise<Verification>;
}

/** One moment of the journal. What is asked of it later fails with ENOENT once an engine has compacted: look again. */
export interface Glance<E> extends Pick<Reader<E>, 'first' | 'read'> {
  /** Live runs, and of each why it cannot be read, or null. */
  readonly live: ReadonlyMap<string, string | null>;
  readonly archived: ListedRuns;
  readonly damage: Scan['damage'];
}

/** What a reading command asks of archived runs. */
export type ListedRuns = Pick<ArchivedRuns, 'newest' | 'named' | 'beginning'>;

/** What {@link openJournalForReading} needs. */
export interface ReadingOptions<E> {
  /** The station's `.3ox` folder; one that does not exist is an empty journal. */
  readonly folder: string;
  readonly parseEvent: (value: unknown) => E;
  /** Reads the events of a record at once, for those who know a cheaper way than one by one. */
  readonly readEvents?: ReadEvents<E>;
  readonly files?: JournalFiles;
}

/** Opens a journal for reading. */
export const openJournalForReading = <E>(options: ReadingOptions<E>): ReadOnlyJournal<E> => {
  const { files = systemFiles } = options;
  const folder = join(options.folder, 'journal');
  const archiveFolder = join(options.folder, 'archive');
  const archive = openArchive(files, archiveFolder);

  const readerOf = ({ index, segments }: Pick<Scan, 'index' | 'segments'>): Reader<E> =>
    createReader({
      files,
      folder,
      index,
      segments,
      archive,
      readEvents: options.readEvents ?? eachWith(options.parseEvent),
      // What is read here is on disk; the index of one run knows no other's seq.
      limit: () => Number.MAX_SAFE_INTEGER,
      isStored: () => true,
      onBroken: () => undefined,
    });

  const readOne = (run: string): readonly JournalRecord<E>[] =>
    readerOf(findRun(files, folder, run)).read(run);

  const look = async (): Promise<Look<E>> => {
    const scan = await scanQuietly(files, folder);
    const { index } = scan;
    return {
      live: new Map([...index.runs].map(([run, { broken }]) => [run, broken])),
      reader: readerOf(scan),
      damaged: () => damagedIn(index),
      damage: scan.damage,
      archived: archivedRuns(archive, readIndex(files, archiveFolder), (run) =>
        index.runs.has(run),
      ),
    };
  };

  /** A look whose files are open: an engine may remove them between looking and opening. */
  const overview = async () => {
    for (let tries = 4; ; tries -= 1) {
      const { reader, archived, damaged, damage } = await look();
      const records = reader.replay();
      try {
        const first = await records.next();
        return { records: from(first, records), archived, damaged, damage };
      } catch (error) {
        if (tries === 0 || errorCode(error) !== 'ENOENT') throw error;
      }
    }
  };

  return {
    overview,
    async glance() {
      const { reader, live, archived, damage } = await look();
      return { live, archived, damage, first: reader.first, read: reader.read };
    },
    async *replay() {
      yield* (await overview()).records;
    },
    async read(run) {
      try {
        return readOne(run);
      } catch {
        // The engine may have archived the run, and removed its segment, between two looks.
        return readOne(run);
      }
    },
    archived: async () => (await look()).archived,
    verify: (run) =>
      verifyJournal({ folder: options.folder, files, ...(run === undefined ? {} : { run }) }),
  };
};

interface Look<E> extends Pick<Glance<E>, 'live'> {
  readonly reader: Reader<E>;
  readonly archived: ListedRuns;
  readonly damaged: () => ReadonlyMap<string, string>;
  readonly damage: Scan['damage'];
}

/** The same sequence again, its first element taken already. */
async function* from<T>(first: IteratorResult<T, void>, rest: AsyncGenerator<T, void>) {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}
