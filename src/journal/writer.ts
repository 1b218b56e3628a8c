/**
 * Puts records at the journal's end and says when they are on disk.
 *
 * Owns the current segment, syncing and stopping. Records are encoded at once, into one buffer; what
 * arrives in the same turn, or while a sync is in flight, shares one write and one sync. The first
 * failure of any kind is final: after a failed sync nobody knows what the system kept, so nothing
 * more is written or acknowledged (I1).
 */
import { errorMessage } from '../lib/error-code.ts';
import { join } from 'node:path';
import { JournalStoppedError } from './journal.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { bodyOf, lineRoom, putRecord } from './record.ts';
import type { RecordDraft } from './record.ts';
import { emptySegment } from './run-index.ts';
import type { Place, Segment } from './run-index.ts';
import { segmentName } from './scan.ts';

/** The journal's writing end. */
export interface Writer {
  /** Highest seq known to be on disk. */
  readonly synced: number;
  /**
   * Takes a record in, synchronously: its place is settled, it is not in the file before `flush`.
   * @throws JournalStoppedError when the writer has stopped or stops now.
   */
  write(draft: RecordDraft<unknown>): {
    readonly place: Place;
    readonly hash: string;
    readonly done: Promise<void>;
  };
  /** Writes what was taken in to the file, where readers find it. @throws JournalStoppedError */
  flush(): void;
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
  /** Who waits for the next sync. */
  let waiting: Batch | null = null;
  let syncing: Promise<void> | null = null;
  let buffer: Buffer | null = null;
  /** Bytes of it that belong at the current file's end. */
  let filled = 0;

  const stopFor = (cause: unknown): JournalStoppedError => {
    const reason = errorMessage(cause);
    stop ??= new JournalStoppedError(
      `The journal in ${folder} takes no more writes (${reason}). Mend the cause and start the engine again; reading commands still work`,
      { cause },
    );
    return stop;
  };

  const roll = (seq: number): { readonly file: number; readonly segment: Segment } => {
    put();
    options.assertHeld();
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

  /** Writes what is in the buffer. */
  const put = (): void => {
    if (buffer === null || current === null || filled === 0) return;
    options.assertHeld();
    writeFully(files, current.file, buffer.subarray(0, filled));
    current.segment.end += filled;
    filled = 0;
    if (buffer.length > SPACE) buffer = null;
  };

  /** The buffer with so much room behind what is filled. */
  const withRoom = (room: number): Buffer => {
    if (buffer === null || buffer.length - filled < room) {
      put();
      if (buffer === null || buffer.length < room) {
        buffer = Buffer.allocUnsafeSlow(Math.max(room, SPACE));
      }
    }
    return buffer;
  };

  const syncLoop = async (): Promise<void> => {
    let shared = false;
    for (let batch = waiting; batch !== null; batch = waiting) {
      // Who was just answered may append again at once: that belongs to this sync, not to the next.
      // When several were, their answers come in this turn of the event loop, not in this tick.
      await new Promise<void>((resolve) => {
        if (shared) setImmediate(resolve);
        else process.nextTick(resolve);
      });
      waiting = null;
      const upTo = written;
      try {
        if (stop === null) put();
        if (current !== null) await files.sync(current.file);
        for (const file of retired) files.close(file);
        retired = [];
      } catch (error) {
        stopFor(error);
      }
      if (stop !== null) {
        for (const one of [batch, nextBatch()]) one?.reject(stop);
        waiting = null;
        break;
      }
      synced = upTo;
      shared = batch.size > 1;
      batch.resolve();
    }
    syncing = null;
  };
  /** Whoever came while a sync was under way. */
  const nextBatch = (): Batch | null => waiting;

  const wait = (): Promise<void> => {
    waiting ??= createBatch();
    waiting.size += 1;
    const { done } = waiting;
    syncing ??= syncLoop();
    return done;
  };

  return {
    get synced() {
      return synced;
    },
    write(draft) {
      if (stop !== null) throw stop;
      try {
        const isFull = current === null || current.segment.end + filled >= options.segmentBytes;
        const { segment } = isFull || current === null ? roll(draft.seq) : current;
        const body = bodyOf(draft);
        const bytes = withRoom(lineRoom(body));
        const at = filled;
        const { hash, end } = putRecord(bytes, at, body, synced);
        filled = end;
        written = draft.seq;
        const place = { segment, offset: segment.end + at, length: end - at };
        return { place, hash, done: wait() };
      } catch (error) {
        throw stopFor(error);
      }
    },
    flush() {
      if (stop !== null) throw stop;
      try {
        put();
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

/** Those who wait for one sync. */
interface Batch {
  size: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const createBatch = (): Batch => {
  let [resolve, reject]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const done = new Promise<void>((fulfil, refuse) => {
    [resolve, reject] = [fulfil, refuse];
  });
  return { size: 0, done, resolve, reject };
};

/** Bytes of the buffer; a longer record has one of its own. */
const SPACE = 256 * 1024;
