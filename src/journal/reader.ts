/**
 * Turns places in files back into records: one run's, or all live runs' in seq order.
 * Shared by the engine's journal and by reading commands.
 */
import { errorMessage } from '../lib/error-code.ts';
import { join } from 'node:path';
import type { Archive } from './archive.ts';
import { decodeFrame, readFileFrames } from './frame.ts';
import type { JournalFiles } from './journal-files.ts';
import type { JournalRecord } from './journal.ts';
import { RunDamagedError } from './problems.ts';
import { parseHeader, parseRecord } from './record.ts';
import type { ReadEvents, RecordHeader } from './record.ts';
import type { LiveRun, Place, RunIndex, Segment } from './run-index.ts';

/** What a reader reads from. */
export interface ReaderOptions<E> {
  readonly files: JournalFiles;
  /** `.3ox/journal`. */
  readonly folder: string;
  readonly index: RunIndex;
  readonly segments: readonly Segment[];
  readonly archive: Archive;
  readonly readEvents: ReadEvents<E>;
  /** Highest seq that may be shown: what is not on disk yet did not happen. */
  readonly limit: () => number;
  /** Whether a line is in its file yet. */
  readonly isStored: (place: Place) => boolean;
  /** Told of a run whose events cannot be read; its later records are left out. */
  readonly onBroken: (run: string, seq: number, what: string) => void;
}

/** Reads records. */
export interface Reader<E> {
  replay(): AsyncGenerator<JournalRecord<E>>;
  /** @throws RunDamagedError */
  readonly read: (run: string) => readonly JournalRecord<E>[];
  /** A live run's first record. @throws RunDamagedError */
  readonly first: (run: string) => JournalRecord<E> | null;
  /** The lines of a live run, as they are stored; those not in the file yet are left out. @throws RunDamagedError */
  lines(run: string, live: LiveRun): readonly string[];
}

/** Records shown before others get a turn. */
const TURN = 2_000;

/** Creates a reader. */
export const createReader = <E>(options: ReaderOptions<E>): Reader<E> => {
  const { files, folder, index, archive, readEvents } = options;

  const own = (places: readonly Place[], run: string): readonly string[] => {
    const opened = new Map<Segment, number>();
    try {
      const stored = places.filter(options.isStored);
      return stored.map(({ segment, offset, length }) => {
        const file = opened.get(segment) ?? files.open(join(folder, segment.name), 'r');
        opened.set(segment, file);
        const frame = decodeFrame(files.readPart(file, offset, length), 0);
        if (frame.ok) return frame.json;
        throw new RunDamagedError(run, `${segment.name}, byte ${offset}: ${frame.what}`);
      });
    } finally {
      for (const file of opened.values()) files.close(file);
    }
  };

  const lines = (run: string, live: LiveRun): readonly string[] => {
    if (live.broken !== null) throw new RunDamagedError(run, live.broken);
    const earlier =
      live.restored === null ? [] : archive.lines(run).slice(0, live.restored.version);
    if (earlier.length < (live.restored?.version ?? 0)) {
      throw new RunDamagedError(run, 'its archive file is missing or short');
    }
    return [...earlier, ...own(live.places, run)];
  };

  const headers = (run: string, json: readonly string[]): readonly RecordHeader[] =>
    json.flatMap((line) => {
      const header = parseHeader(line);
      if (header?.run !== run) throw new RunDamagedError(run, 'a line of it is not its record');
      return header.control === null && header.seq <= options.limit() ? [header] : [];
    });

  /** `run`: the header's, as somebody else keeps it already. */
  const parse = (header: RecordHeader, run = header.run): JournalRecord<E> => {
    try {
      return parseRecord(header, readEvents, run);
    } catch (error) {
      const reason = errorMessage(error);
      throw new RunDamagedError(header.run, `record ${header.seq}: ${reason}`, { cause: error });
    }
  };

  /** Lines of restored runs that were written before they were archived, in seq order. */
  const restoredHeaders = (): RecordHeader[] =>
    [...index.runs]
      .flatMap(([run, live]) => {
        if (live.restored === null || live.broken !== null) return [];
        try {
          return headers(run, lines(run, live).slice(0, live.restored.version));
        } catch (error) {
          broken(run, live, live.restored.seq, error);
          return [];
        }
      })
      .sort((left, right) => left.seq - right.seq);

  const broken = (run: string, live: LiveRun, seq: number, error: unknown): void => {
    live.broken = errorMessage(error);
    options.onBroken(run, seq, live.broken);
  };

  const read = (run: string): readonly JournalRecord<E>[] => {
    const live = index.runs.get(run);
    const json = live === undefined ? archive.lines(run) : lines(run, live);
    return headers(run, json).map((header) => parse(header, run));
  };

  return {
    lines,
    read,
    first(run) {
      const live = index.runs.get(run);
      if (live === undefined || live.restored !== null) return read(run)[0] ?? null;
      const [header] = headers(run, own(live.places.slice(0, 1), run));
      return header === undefined ? null : parse(header, run);
    },
    async *replay() {
      const limit = options.limit();
      const earlier = restoredHeaders();
      const shown = (header: RecordHeader): JournalRecord<E> | null => {
        const live = index.runs.get(header.run);
        if (live === undefined || live.broken !== null) return null;
        try {
          return parse(header, live.run);
        } catch (error) {
          broken(header.run, live, header.seq, error);
          return null;
        }
      };
      // All are opened before anything is shown: an engine that compacts removes them meanwhile.
      const opened: { readonly file: number; readonly segment: Segment }[] = [];
      try {
        for (const segment of options.segments) {
          if (segment.live === 0) continue;
          opened.push({ file: files.open(join(folder, segment.name), 'r'), segment });
        }
        let count = 0;
        let next = 0;
        for (const { file, segment } of opened) {
          for (const frame of readFileFrames(files, file, 0, segment.end)) {
            const header = frame.ok ? parseHeader(frame.json) : null;
            if (header === null) {
              // A base begins with its head.
              if (frame.ok && frame.offset === 0) continue;
              break;
            }
            if (header.seq > limit) break;
            for (let before = earlier[next]; before !== undefined; before = earlier[next]) {
              if (before.seq > header.seq) break;
              next += 1;
              const record = shown(before);
              if (record !== null) yield record;
            }
            const restored = index.runs.get(header.run)?.restored?.seq ?? 0;
            if (header.control === null && header.seq > restored) {
              const record = shown(header);
              if (record !== null) yield record;
            }
            // Heartbeats and signals must get through a long recovery.
            if ((count += 1) % TURN === 0) await new Promise(setImmediate);
          }
        }
        for (const header of earlier.slice(next)) {
          const record = shown(header);
          if (record !== null) yield record;
        }
      } finally {
        for (const { file } of opened) files.close(file);
      }
    },
  };
};
