/**
 * Lists that may be large: few entries travel in the answer itself, many lie in a file of JSON
 * lines in `.3ox/workflow-data/lists/` that the answer refers to, as large payloads do.
 *
 * Invariants: a list is never held as a whole beyond the limit; its file is complete and synced
 * before anything refers to it, and is named by its content; a reference is followed only inside
 * that folder and only to the bytes it names.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, realpath, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { renameWithRetry, unlinkIfPresent } from '../../lib/atomic-file.ts';
import type { Json } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import { fileFailure } from './file-failure.ts';
import { readLines } from './read-lines.ts';

/** Where the files of lists lie in a station, with `/`. */
export const LISTS = '.3ox/workflow-data/lists';

/** A list that lies in a file. */
export const listRefSchema = z.object({
  /** Relative to the station. */
  $ref: z.string().regex(/^\.3ox\/workflow-data\/lists\/[0-9a-f]{64}\.jsonl$/u, {
    error: `expected a file in ${LISTS}/, as FILE_SCANNER_AGENT writes it`,
  }),
  sha256: z.string(),
  bytes: z.number(),
  /** Entries. */
  entries: z.number(),
});

export type ListRef = z.output<typeof listRefSchema>;

/** Takes a list's entries. */
export interface ListWriter {
  /** `lines` are `count` entries, a line of JSON each, in UTF-8. */
  add(lines: Uint8Array, count: number): Promise<void>;
  /** The entries themselves, or where they lie. */
  finish(): Promise<Json>;
  /** Removes what was written. Harmless after `finish`. */
  discard(): Promise<void>;
}

/** Creates a list; `limit` is the most entries that travel in the answer. */
export const createListWriter = (station: string, limit: number): ListWriter => {
  const folder = join(station, ...LISTS.split('/'));
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let entries = 0;
  let bytes = 0;
  let draft: { readonly path: string; readonly file: FileHandle; readonly hash: Hash } | null =
    null;

  const flush = async (): Promise<void> => {
    draft ??= await createDraft(folder);
    const lines = Buffer.concat(held);
    [held, heldBytes] = [[], 0];
    draft.hash.update(lines);
    bytes += lines.length;
    await draft.file.appendFile(lines);
  };

  return {
    async add(lines, count) {
      held.push(lines);
      heldBytes += lines.length;
      entries += count;
      if (entries > limit && heldBytes > PIECE) await flush();
    },
    async finish() {
      if (entries <= limit) return JSON.parse(`[${textOf(held)}]`);
      try {
        await flush();
        if (draft === null) throw new Error('a list without a file');
        const sha256 = draft.hash.digest('hex');
        await draft.file.sync();
        await draft.file.close();
        await renameWithRetry(draft.path, join(folder, `${sha256}.jsonl`));
        draft = null;
        return { $ref: `${LISTS}/${sha256}.jsonl`, sha256, bytes, entries };
      } catch (error) {
        throw fileFailure(error, 'Writing', LISTS);
      }
    },
    async discard() {
      if (draft === null) return;
      await draft.file.close().catch(() => undefined);
      await unlinkIfPresent(draft.path).catch(() => false);
    },
  };
};

const PIECE = 1024 * 1024;

/** Lines as the entries of a list. */
const textOf = (lines: readonly Uint8Array[]): string =>
  Buffer.concat(lines).toString().trimEnd().replaceAll('\n', ',');

const createDraft = async (folder: string) => {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `.${randomBytes(8).toString('hex')}.tmp`);
  return { path, file: await open(path, 'wx'), hash: createHash('sha256') };
};

/**
 * The file behind a reference, once it is shown to be the one that was meant.
 * @throws AgentFailure when it is not there or not the same
 */
export const openList = async (station: string, ref: ListRef): Promise<string> => {
  const path = join(station, ...ref.$ref.split('/'));
  try {
    const folder = await realpath(join(station, ...LISTS.split('/')));
    if ((await realpath(path)) !== join(folder, `${ref.sha256}.jsonl`)) {
      throw refused(ref, 'it leads somewhere else');
    }
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk);
    if (hash.digest('hex') !== ref.sha256) throw refused(ref, 'its sha256 is another one');
    // Lists go when nobody has used them for long.
    await utimes(path, new Date(), new Date()).catch(() => undefined);
    return path;
  } catch (error) {
    throw error instanceof AgentFailure ? error : fileFailure(error, 'Reading the list', ref.$ref);
  }
};

const refused = (ref: ListRef, why: string): AgentFailure =>
  new AgentFailure(
    'FileSystemError',
    `The list ${ref.$ref} cannot be used: ${why}; run the scan again`,
    { retryable: false },
  );

/** The entries of a list's file, a portion at a time, with room for other work between. */
export async function* readList(path: string): AsyncGenerator<readonly unknown[]> {
  let portion: unknown[] = [];
  for (const line of readLines(path)) {
    portion.push(JSON.parse(line));
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (portion.length > 0) yield portion;
}

const PORTION = 2_000;
