/**
 * What becomes of a scan's portions: entries of the answer or of its files, lines of the next
 * FILE.STATE.LOG, totals, and a word on how far it is.
 */
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { renameWithRetry, unlinkIfPresent } from '../../lib/atomic-file.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Json } from '../../lib/json.ts';
import type { AgentContext } from '../agent.ts';
import { compareBytes } from './byte-order.ts';
import { stateEnd, stateHeader } from './file-state-log.ts';
import { createListWriter } from './list-file.ts';
import type { ScanResult } from './finish-batch.ts';

export interface ScanResultsOptions {
  readonly station: string;
  /** Most entries of a list in the answer itself. */
  readonly inlineEntries: number;
  /** The log to write for the next scan. */
  readonly log: { readonly file: string; readonly place: string } | null;
  /** Files that the last scan found, null when nobody knows. */
  readonly expected: number | null;
  readonly context: Pick<AgentContext, 'now' | 'progress' | 'log'>;
}

/** The scanner's own part of its answer. */
export interface ScanAnswer {
  readonly file_list: Json;
  readonly folder_list: Json;
  readonly skipped: Json;
  readonly total_files: number;
  readonly total_size: number;
  readonly unchanged_files: number;
}

export interface ScanResults {
  take(result: ScanResult): Promise<void>;
  finish(): Promise<ScanAnswer>;
  /** Removes what is left of a scan that did not end. */
  discard(): Promise<void>;
}

export const createScanResults = (options: ScanResultsOptions): ScanResults => {
  const { context } = options;
  const writer = () => createListWriter(options.station, options.inlineEntries);
  const lists = { files: writer(), folders: writer(), skipped: writer() };
  const log = options.log === null ? null : createStateLog(options.log, context);
  let [files, bytes, unchanged] = [0, 0, 0];
  let told = context.now();

  /** At most four times a second, so that it never costs more than the work. */
  const tell = (): void => {
    if (context.now() - told < 250) return;
    told = context.now();
    const { expected } = options;
    const percent =
      expected === null || expected === 0
        ? null
        : Math.min(99, Math.floor((100 * files) / expected));
    context.progress(
      percent,
      `${files} files, ${sizeText(bytes)}${unchanged === 0 ? '' : `, ${unchanged} of them unchanged`}`,
    );
  };

  return {
    async take(result) {
      files += result.files;
      bytes += result.bytes;
      unchanged += result.unchanged;
      await lists.files.add(result.list, result.files);
      await lists.folders.add(jsonLines(result.folders), result.folders.length);
      await lists.skipped.add(jsonLines(result.skipped), result.skipped.length);
      await log?.add(result.states, result.lasting);
      tell();
    },
    async finish() {
      await log?.finish();
      return {
        file_list: await lists.files.finish(),
        folder_list: sorted(await lists.folders.finish()),
        skipped: sorted(await lists.skipped.finish()),
        total_files: files,
        total_size: bytes,
        unchanged_files: unchanged,
      };
    },
    async discard() {
      for (const list of Object.values(lists)) await list.discard();
      await log?.discard();
    },
  };
};

/** In the order of the paths' bytes; the walk sorts a folder as its name with a slash. */
const sorted = (list: Json): Json =>
  isJsonList(list) ? list.toSorted((a, b) => compareBytes(pathOf(a), pathOf(b))) : list;

const isJsonList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** Of a skipped entry, or a folder's own. */
const pathOf = (entry: Json): string => {
  const path = isJsonObject(entry) ? entry['path'] : entry;
  return typeof path === 'string' ? path : '';
};

const jsonLines = (values: readonly unknown[]): Uint8Array =>
  Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

const sizeText = (bytes: number): string => {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${unit === 0 ? bytes : (bytes / 1024 ** unit).toFixed(1)} ${units[unit]}`;
};

/** The log only saves time: a scan does not fail because it cannot be kept. */
const createStateLog = (
  { file, place }: { readonly file: string; readonly place: string },
  context: Pick<AgentContext, 'log'>,
) => {
  const draft = join(dirname(file), '.FILE.STATE.LOG.tmp');
  const hash = createHash('sha256');
  let handle: FileHandle | null = null;
  let held: Uint8Array[] = [Buffer.from(stateHeader(place))];
  let heldBytes = 0;
  let files = 0;
  let failed = false;

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    if (failed) return;
    try {
      await work();
    } catch (error) {
      failed = true;
      context.log('warn', `${file} cannot be written (${String(error)}); the next scan reads all`);
    }
  };

  const flush = async (): Promise<void> => {
    if (handle === null) {
      await mkdir(dirname(file), { recursive: true });
      handle = await open(draft, 'w');
    }
    const lines = Buffer.concat(held);
    [held, heldBytes] = [[], 0];
    hash.update(lines);
    await handle.appendFile(lines);
  };

  const close = async (): Promise<void> => {
    const last = handle;
    handle = null;
    await last?.close();
  };

  return {
    add: (lines: Uint8Array, count: number) =>
      guarded(async () => {
        held.push(lines);
        heldBytes += lines.length;
        files += count;
        if (heldBytes > PIECE) await flush();
      }),
    finish: () =>
      guarded(async () => {
        await flush();
        await handle?.appendFile(stateEnd(files, hash.digest('hex')));
        await close();
        await renameWithRetry(draft, file);
      }),
    async discard() {
      if (handle === null) return;
      await close().catch(() => undefined);
      await unlinkIfPresent(draft).catch(() => false);
    },
  };
};

const PIECE = 1024 * 1024;
