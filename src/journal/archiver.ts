/**
 * Moves runs between the journal and the archive, one batch at a time: requests that arrive while
 * a batch is under way share the next one's syncs.
 */
import type { Archive } from './archive.ts';
import { archiveName } from './archive.ts';
import type { Closing } from './closing.ts';
import { VersionConflictError } from './journal.ts';
import type { ArchiveEntry } from './journal.ts';
import type { IndexWriter } from './index-writer.ts';
import { RunDamagedError } from './problems.ts';
import type { Reader } from './reader.ts';
import { parseHeader } from './record.ts';
import type { Control } from './record.ts';
import type { RunIndex } from './run-index.ts';
import type { Writer } from './writer.ts';
import { createSerialQueue } from '../lib/serial-queue.ts';

/** What an archiver works on. */
export interface ArchiverOptions {
  readonly index: RunIndex;
  readonly archive: Archive;
  readonly list: Pick<IndexWriter, 'add'>;
  readonly writer: Pick<Writer, 'settled' | 'flush'>;
  readonly reader: Pick<Reader<unknown>, 'lines'>;
  /** Writes a control record; resolves when it is on disk. */
  readonly control: (control: Control, run: string, version: number, prev: string) => Promise<void>;
  /** Called after runs have left the journal. */
  readonly cleanUp: () => void;
}

/** The archive's side of a journal. */
export interface Archiver {
  archive(run: string, summary: ArchiveEntry): Promise<void>;
  restore(run: string): Promise<void>;
  idle(): Promise<void>;
}

/** Creates an archiver. */
export const createArchiver = (options: ArchiverOptions): Archiver => {
  const { index, archive, writer } = options;
  const queue = createSerialQueue();
  let requests: Request[] = [];

  const store = async ({ run, summary }: Request): Promise<Closing | null> => {
    // First, so that a stopped journal acknowledges nothing, not even what seems to be done already.
    await writer.settled();
    const live = index.runs.get(run);
    if (live === undefined) {
      if (archive.has(run)) return null;
      throw new Error(`Run ${run} cannot be archived: the journal does not know it`);
    }
    writer.flush();
    const closing = { archived: summary, version: live.version, head: live.head };
    const lines = options.reader
      .lines(run, live)
      .filter((line) => parseHeader(line)?.control === null);
    await archive.store(closing, lines);
    return closing;
  };

  /** Segments may only go once the records that make them unneeded are on disk. */
  const isDurable = (): Promise<boolean> =>
    writer.settled().then(
      () => true,
      () => false,
    );

  const batch = async (): Promise<void> => {
    const taken = requests;
    requests = [];
    const stored: { readonly request: Request; readonly closing: Closing }[] = [];
    for (const request of taken) {
      try {
        const closing = await store(request);
        if (closing === null) request.resolve();
        else stored.push({ request, closing });
      } catch (error) {
        request.reject(error);
      }
    }
    if (stored.length === 0) return;
    try {
      await options.list.add(stored.map(({ closing }) => closing));
    } catch (error) {
      for (const { request } of stored) request.reject(error);
      return;
    }
    const settled = stored.map(({ request, closing }) => finish(request, closing));
    await Promise.all(settled);
    if (!(await isDurable())) return;
    options.cleanUp();
  };

  /** The step that counts: the control record, unless the run has moved on meanwhile. */
  const finish = async ({ run, resolve, reject }: Request, closing: Closing): Promise<void> => {
    try {
      const live = index.runs.get(run);
      if (live !== undefined) {
        if (live.version !== closing.version) {
          throw new VersionConflictError(run, closing.version, live.version);
        }
        await options.control('archived', run, closing.version, closing.head);
      } else {
        await writer.settled();
      }
      resolve();
    } catch (error) {
      reject(error);
    }
  };

  return {
    async archive(run, summary) {
      archiveName(run);
      await new Promise<void>((resolve, reject) => {
        requests.push({ run, summary, resolve, reject });
        if (requests.length === 1) queue.run(batch).catch(reject);
      });
    },
    restore: (run) =>
      queue.run(async () => {
        await writer.settled();
        if (index.runs.has(run)) return;
        const closing = archive.closing(run);
        if (closing === null) {
          if (archive.has(run))
            throw new RunDamagedError(run, 'its archive file has no closing line');
          throw new Error(`Run ${run} cannot be restored: it is not in the archive`);
        }
        await options.control('restored', run, closing.version, closing.head);
      }),
    idle: () => queue.idle(),
  };
};

interface Request {
  readonly run: string;
  readonly summary: ArchiveEntry;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}
