/**
 * Puts frames at the journal's end and says when they are on disk.
 *
 * Owns the current segment, syncing and stopping. Every frame is written at once; what arrives in
 * the same turn, or while a sync is in flight, shares one sync. The first failure of any kind is
 * final: after a failed sync nobody knows what the system kept, so nothing more is written or
 * acknowledged (I1).
 */
import { join } from 'node:path';
import { JournalStoppedError } from './journal.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { emptySegment } from './run-index.ts';
import type { Place, Segment } from './run-index.ts';
import { segmentName } from './scan.ts';

/** The journal's writing end. */
export interface Writer {
  /** Highest seq known to be on disk. */
  readonly synced: number;
  /**
   * Writes the frame of record `seq`, synchronously.
   * @throws JournalStoppedError when the writer has stopped or stops now.
   */
  write(seq: number, frame: Buffer): { readonly place: Place; readonly done: Promise<void> };
  /** Resolves when everything written so far is on disk. @throws JournalStoppedError */
  settled(): Promise<void>;
  /** The segment being written, or null before the first frame. */
  current(): Segment | null;
  /** Why nothing is written any more, or null. */
  stopped(): JournalStoppedError | null;
  /** Stops for good: what is on disk is no longer what it should be. */
  fail(cause: unknown): void;
  close(): Promise<void>;
}

/** What a writer needs. */
export interface WriterOptions {
  readonly files: JournalFiles;
  readonly folder: string;
  /** Seq of the last record on disk. */
  readonly lastSeq: number;
  readonly segmentBytes: number;
  readonly segments: Segment[];
  /** Throws when the station's lock is no longer ours (I4). */
  readonly assertHeld: () => void;
}

/** Creates a writer. It starts a segment of its own with its first frame: an engine that lost its lock may still write to the last one. */
export const createWriter = (options: WriterOptions): Writer => {
  const { files, folder, segments } = options;
  let synced = options.lastSeq;
  let written = options.lastSeq;
  let current: { readonly file: number; readonly segment: Segment } | null = null;
  let retired: number[] = [];
  let stop: JournalStoppedError | null = null;
  let waiting: Waiter[] = [];
  let syncing: Promise<void> | null = null;

  const stopFor = (cause: unknown): JournalStoppedError => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    stop ??= new JournalStoppedError(
      `The journal in ${folder} takes no more writes (${reason}). Mend the cause and start the engine again; reading commands still work`,
      { cause },
    );
    return stop;
  };

  const roll = (seq: number): { readonly file: number; readonly segment: Segment } => {
    if (current !== null) {
      // Waiting here, once per segment, means that only the last segment can ever have a torn end.
      files.syncNow(current.file);
      retired.push(current.file);
    }
    const segment = emptySegment(segmentName(seq), seq);
    const file = files.open(join(folder, segment.name), 'ax');
    current = { file, segment };
    files.syncFolder(folder);
    segments.push(segment);
    return current;
  };

  const syncLoop = async (): Promise<void> => {
    let shared = false;
    while (waiting.length > 0) {
      // Who was just answered may append again at once: that belongs to this sync, not to the next.
      // When several were, their answers come in this turn of the event loop, not in this tick.
      await new Promise<void>((resolve) => {
        if (shared) setImmediate(resolve);
        else process.nextTick(resolve);
      });
      const batch = waiting;
      waiting = [];
      const upTo = written;
      try {
        if (current !== null) await files.sync(current.file);
        for (const file of retired) files.close(file);
        retired = [];
      } catch (error) {
        stopFor(error);
      }
      if (stop !== null) {
        for (const waiter of [...batch, ...waiting]) waiter.reject(stop);
        waiting = [];
        break;
      }
      synced = upTo;
      shared = batch.length > 1;
      for (const waiter of batch) waiter.resolve();
    }
    syncing = null;
  };

  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      syncing ??= syncLoop();
    });

  return {
    get synced() {
      return synced;
    },
    write(seq, frame) {
      if (stop !== null) throw stop;
      try {
        options.assertHeld();
        const { file, segment } =
          current === null || current.segment.end >= options.segmentBytes ? roll(seq) : current;
        writeFully(files, file, frame);
        const place = { segment, offset: segment.end, length: frame.length };
        segment.end += frame.length;
        written = seq;
        return { place, done: wait() };
      } catch (error) {
        throw stopFor(error);
      }
    },
    async settled() {
      if (stop !== null) throw stop;
      if (synced < written) await wait();
    },
    current: () => current?.segment ?? null,
    stopped: () => stop,
    fail: (cause) => void stopFor(cause),
    async close() {
      if (stop === null && synced < written) await wait().catch(() => undefined);
      await syncing;
      stop ??= new JournalStoppedError(`The journal in ${folder} is closed`);
      for (const file of current === null ? retired : [...retired, current.file]) files.close(file);
      current = null;
      retired = [];
    },
  };
};

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}
