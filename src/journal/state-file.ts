/**
 * `workflow.state.yaml`: what all active runs look like now, for people and tools.
 *
 * A projection: the journal is the truth, and deleting the file loses nothing. Owns when it is
 * written: never twice at a time, and never so often that it costs more than a twentieth of one
 * processor. Every written file is whole and shows one moment.
 */
import { Low } from 'lowdb';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { inTurns } from '../lib/in-turns.ts';
import { yamlAdapter } from './yaml-adapter.ts';

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
}

/** A write that took t ms is followed by at least 19 t of rest. */
const REST = 19;

/** Creates the projection. The file is not touched before the first update. */
export const createStateFile = (options: StateFileOptions): StateFile => {
  const { host = systemHost, pause = 200, settle = 0 } = options;
  const { clock } = host;
  const onError = options.onError ?? (() => undefined);
  const database = new Low<JsonObject>(yamlAdapter(options.path, host, options.tempFolder), {});
  const entries = new Map<string, Json>();
  /** What has changed since the last write began. */
  let changes = new Map<string, (() => Json) | null>();
  let paused = options.paused ?? false;
  let closed = false;
  let writing: Promise<void> | null = null;
  let cancel: (() => void) | null = null;
  let earliest = 0;

  /** True after a failed write: the file lacks what was made for it. */
  let unwritten = false;
  const isDirty = (): boolean => unwritten || changes.size > 0;

  const write = async (): Promise<void> => {
    const start = clock.monotonic();
    const taken = changes;
    changes = new Map();
    try {
      await inTurns(clock, taken, ([id, entry]) => {
        if (entry === null) entries.delete(id);
        else entries.set(id, entry());
        taken.delete(id);
      });
      unwritten = true;
      database.data = Object.fromEntries(entries);
      await database.write();
      unwritten = false;
    } catch (error) {
      for (const [id, entry] of taken) if (!changes.has(id)) changes.set(id, entry);
      throw error;
    } finally {
      earliest = clock.monotonic() + Math.max(pause, REST * (clock.monotonic() - start));
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
    await writing?.catch(() => undefined);
    if (isDirty()) await run();
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
