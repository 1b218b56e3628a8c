/**
 * `workflow.state.yaml`: what all active runs look like now, for people and tools.
 *
 * A projection: the journal is the truth, and deleting the file loses nothing. Owns when and how
 * fast it is written: never twice at a time, and so that it costs a twentieth of one processor at
 * most, in a long write as over many; only a flush hurries. Every written file is whole and shows
 * one moment.
 */
import { Low } from 'lowdb';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { Json } from '../lib/json.ts';
import { createPace } from '../lib/pace.ts';
import type { Pace } from '../lib/pace.ts';
import { yamlAdapter, yamlOf } from './yaml-adapter.ts';
import type { YamlTexts } from './yaml-adapter.ts';

/** The state file, kept up to date. */
export interface StateFile {
  /**
   * Sets what is shown of a run; null takes it out. `entry` is called at most once, when the file
   * is written, and must show the moment at which it was handed over.
   */
  update(run: string, entry: (() => Json) | null): void;
  /** Lets writing begin when it was created `paused`. */
  resume(): void;
  /** Resolves when the file shows everything handed over so far. @throws the error of writing */
  flush(): Promise<void>;
  /** Flushes and stops; errors are reported, not thrown. */
  close(): Promise<void>;
}

/** What {@link createStateFile} needs. */
export interface StateFileOptions {
  readonly path: string;
  /** For temp files, on the same file system. Default: beside the file. */
  readonly tempFolder?: string;
  readonly host?: Host;
  /** Shortest time between two writes, ms. Default 200. */
  readonly pause?: number;
  /** A change waits for this long, ms, so that a short run's steps are not held up by its picture. Default 0. */
  readonly settle?: number;
  /** Write nothing before `resume`: while runs are being recovered the picture is not whole. */
  readonly paused?: boolean;
  /** Told when a write failed; it is tried again. */
  readonly onError?: (error: unknown) => void;
  readonly onWritten?: () => void;
}

/** Work of t ms is followed by 19 t of rest. */
const REST = 19;

/** Creates the projection. The file is not touched before the first update. */
export const createStateFile = (options: StateFileOptions): StateFile => {
  const { host = systemHost, pause = 200, settle = 0 } = options;
  const { clock } = host;
  const { onError = () => undefined, onWritten = () => undefined } = options;
  const texts = new Map<string, string>();
  let pace: Pace = createPace(clock, REST);
  const { tempFolder } = options;
  const adapter = yamlAdapter(options.path, host, { tempFolder, pace: () => pace });
  const database = new Low<YamlTexts>(adapter, texts);
  /** What has changed since the last write began. */
  let changes = new Map<string, (() => Json) | null>();
  let paused = options.paused ?? false;
  let closed = false;
  let writing: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  let earliest = 0;
  /** How many wait for the end of a write. */
  let flushing = 0;

  /** True after a failed write: the file lacks what was made for it. */
  let unwritten = false;
  const isDirty = (): boolean => unwritten || changes.size > 0;

  const write = async (): Promise<void> => {
    pace = createPace(clock, REST);
    if (flushing > 0) pace.hurry();
    const taken = changes;
    changes = new Map();
    try {
      await pace.each(taken, ([id, entry]) => {
        if (entry === null) texts.delete(id);
        else texts.set(id, yamlOf(id, entry()));
        taken.delete(id);
      });
      unwritten = true;
      await database.write();
      unwritten = false;
      onWritten();
    } catch (error) {
      for (const [id, entry] of taken) if (!changes.has(id)) changes.set(id, entry);
      throw error;
    } finally {
      earliest = clock.monotonic() + Math.max(pause, pace.owed());
    }
  };

  const run = (): Promise<void> => {
    cancel?.();
    cancel = null;
    writing ??= write().finally(() => {
      writing = null;
      schedule();
    });
    return writing;
  };

  const schedule = (): void => {
    if (!isDirty() || paused || closed || writing !== null || cancel !== null) return;
    cancel = clock.after(Math.max(settle, earliest - clock.monotonic()), () => {
      cancel = null;
      run().catch(onError);
    });
  };

  const flush = async (): Promise<void> => {
    paused = false;
    flushing += 1;
    try {
      pace.hurry();
      await writing?.catch(() => undefined);
      if (isDirty()) await run();
    } finally {
      flushing -= 1;
    }
  };

  return {
    update(id, entry) {
      changes.set(id, entry);
      schedule();
    },
    resume() {
      paused = false;
      // Also without a change: what an earlier engine left may be of runs that are over, or torn.
      unwritten = true;
      schedule();
    },
    flush,
    async close() {
      if (!closed) await flush().catch(onError);
      closed = true;
      cancel?.();
    },
  };
};
