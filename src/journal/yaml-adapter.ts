/**
 * A lowdb adapter for a mapping kept as YAML, one top-level key per entry.
 *
 * Entries are handed over as their texts, each made once ({@link yamlOf}), so that a write costs
 * what has changed: a mapping's text is the entries' texts one after the other. Written whole, never
 * half.
 */
import { dump, load } from 'js-yaml';
import type { Adapter } from 'lowdb';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Host } from '../lib/host/host.ts';
import { isJsonObject } from '../lib/json.ts';
import type { Json } from '../lib/json.ts';
import type { Pace } from '../lib/pace.ts';

/** Entries' texts by key. */
export type YamlTexts = ReadonlyMap<string, string>;

/**
 * The text of one entry: its UTF-8 bytes, one a character. A text with a single character beyond
 * Latin-1 takes twice the memory otherwise, and all of a station's runs are kept.
 */
export const yamlOf = (key: string, entry: Json): string =>
  Buffer.from(dump({ [key]: entry }, { noRefs: true })).toString('latin1');

/** An adapter for the file at `path`; its temp files go to `tempFolder`. */
export const yamlAdapter = (
  path: string,
  host: Host,
  options: {
    readonly tempFolder?: string | undefined;
    /** How fast the next write may go. */
    readonly pace: () => Pace;
  },
): Adapter<YamlTexts> => ({
  async read() {
    const value: unknown = load(host.files.read(path)?.toString('utf8') ?? '{}');
    if (!isJsonObject(value)) return null;
    return new Map(Object.entries(value).map(([key, entry]) => [key, yamlOf(key, entry)]));
  },
  async write(texts) {
    const { tempFolder } = options;
    const pace = options.pace();
    const content = texts.size === 0 ? '{}\n' : () => pieces(texts.values(), pace);
    await writeFileAtomic(path, content, {
      host,
      ...(tempFolder === undefined ? {} : { tempFolder }),
    });
  },
});

/** Characters handed to the disk at a time: joining the texts of thousands of runs would hold everybody up. */
const PIECE = 128 * 1024;

async function* pieces(texts: Iterable<string>, pace: Pace): AsyncGenerator<Uint8Array> {
  let piece = '';
  for (const text of texts) {
    if (piece.length >= PIECE) {
      yield Buffer.from(piece, 'latin1');
      piece = '';
      if (pace.isDue()) await pace.rest();
    }
    piece += text;
  }
  yield Buffer.from(piece, 'latin1');
}
