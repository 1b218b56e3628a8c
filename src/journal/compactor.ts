/**
 * Keeps the journal about as long as what is alive in it: from time to time a base takes the place
 * of all segments but the one being written.
 *
 * When: once the lines nobody needs outnumber the needed ones, and are at least
 * {@link CompactorOptions.every}. So rewriting costs a constant share of writing, and a start reads
 * at most about twice what is alive.
 */
import { join } from 'node:path';
import { writeBase } from './base.ts';
import type { JournalFiles } from './journal-files.ts';
import type { Place, RunIndex, Segment } from './run-index.ts';
import type { Writer } from './writer.ts';
import { createSerialQueue } from '../lib/serial-queue.ts';

export interface CompactorOptions {
  readonly files: JournalFiles;
  readonly folder: string;
  readonly index: RunIndex;
  /** The journal's files, oldest first; compacting replaces the front. */
  readonly segments: Segment[];
  readonly writer: Pick<Writer, 'settled' | 'current' | 'stopped' | 'fail'>;
  /** Throws when the station's lock is no longer ours (I4). */
  readonly assertHeld: () => void;
  /** Lines that must have become unneeded before it is worth while. */
  readonly every: number;
  /** Told when a base could not be made; the segments stay as they are. */
  readonly onError: (error: unknown) => void;
}

export interface Compactor {
  /** Compacts when it is worth while. Cheap to ask; errors go to `onError`. */
  consider(): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Creates a compactor. */
export const createCompactor = (options: CompactorOptions): Compactor => {
  const { files, folder, index, segments, writer } = options;
  const queue = createSerialQueue();
  let asked = false;
  /** After an error: not before this record. */
  let notBefore = 0;

  const sealed = (): readonly Segment[] =>
    segments.filter((segment) => segment !== writer.current());

  const isWorthWhile = (): boolean => {
    let [records, live] = [0, 0];
    for (const segment of segments) {
      if (segment === writer.current()) continue;
      records += segment.records;
      live += segment.live;
    }
    return records - live >= Math.max(options.every, live);
  };

  const compact = async (): Promise<void> => {
    // 1. Everything that decides who is alive is on disk, and nothing is awaited until it is noted.
    await writer.settled();
    const covered = new Set(sealed());
    const next = segments.find((segment) => !covered.has(segment));
    const to = next === undefined ? index.lastSeq : next.firstSeq - 1;
    const places = placesIn(index, segments, covered);

    // 2. The base, durable under its name.
    const head = { to, epoch: index.epoch, records: places.length };
    const { segment: base, aside, moved } = await writeBase(files, folder, head, places);
    options.assertHeld();
    try {
      files.rename(join(folder, aside), join(folder, base.name));
      files.syncFolder(folder);
    } catch (error) {
      // From here on a start may find the base, and nothing it stands for must be missing beside it.
      writer.fail(error);
      throw error;
    }

    // 3. Readers go by it; runs archived meanwhile need their lines in it no more.
    base.live = 0;
    for (const { places: mine } of index.runs.values()) {
      for (const [at, place] of mine.entries()) {
        const now = moved.get(place);
        if (now === undefined) continue;
        mine[at] = now;
        base.live += 1;
      }
    }
    // By name, not by number: some at the front may have gone meanwhile because nobody needed them.
    segments.splice(0, segments.length, base, ...segments.filter((one) => !covered.has(one)));

    // 4. Only now what it stands for.
    for (const { name } of covered) {
      options.assertHeld();
      if (name !== base.name) files.remove(join(folder, name));
    }
  };

  return {
    consider() {
      if (asked || index.lastSeq < notBefore || !isWorthWhile()) return;
      asked = true;
      void queue.run(async () => {
        try {
          await compact();
        } catch (error) {
          notBefore = index.lastSeq + options.every;
          if (writer.stopped() === null) options.onError(error);
        } finally {
          asked = false;
        }
      });
    },
    idle: () => queue.idle(),
  };
};

/** What live runs need from `covered`, in order of the records. */
export const placesIn = (
  index: RunIndex,
  segments: readonly Segment[],
  covered: ReadonlySet<Segment>,
): readonly Place[] => {
  const order = new Map(segments.map((segment, position) => [segment, position]));
  return [...index.runs.values()]
    .flatMap(({ places }) => places.filter(({ segment }) => covered.has(segment)))
    .sort(
      (a, b) => (order.get(a.segment) ?? 0) - (order.get(b.segment) ?? 0) || a.offset - b.offset,
    );
};
