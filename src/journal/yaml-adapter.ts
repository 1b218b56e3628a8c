/**
 * A lowdb adapter for a mapping kept as YAML, one top-level key per entry.
 *
 * Entries are turned into text one by one and kept, so that a write costs what has changed; a
 * mapping's text is the entries' texts one after the other. Written whole, never half.
 */
import { dump, load } from 'js-yaml';
import type { Adapter } from 'lowdb';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Host } from '../lib/host/host.ts';
import { isJsonObject } from '../lib/json.ts';
import { inTurns } from '../lib/in-turns.ts';
import type { Json, JsonObject } from '../lib/json.ts';

/** An adapter for the file at `path`; its temp files go to `tempFolder`. */
export const yamlAdapter = (path: string, host: Host, tempFolder?: string): Adapter<JsonObject> => {
  const { clock } = host;
  let texts = new Map<string, { readonly entry: Json; readonly text: string }>();
  return {
    async read() {
      const value: unknown = load(host.files.read(path)?.toString('utf8') ?? '{}');
      return isJsonObject(value) ? value : null;
    },
    async write(data) {
      const next: typeof texts = new Map();
      await inTurns(clock, Object.entries(data), ([key, entry]) => {
        const known = texts.get(key);
        const fresh = () => ({ entry, text: dump({ [key]: entry }, { noRefs: true }) });
        next.set(key, known?.entry === entry ? known : fresh());
      });
      texts = next;
      const options = { host, ...(tempFolder === undefined ? {} : { tempFolder }) };
      const content = next.size === 0 ? '{}\n' : (): Iterable<string> => pieces(next.values());
      await writeFileAtomic(path, content, options);
    },
  };
};

/** Characters handed to the disk at a time: joining the texts of thousands of runs would hold everybody up. */
const PIECE = 128 * 1024;

function* pieces(texts: Iterable<{ readonly text: string }>): Generator<string> {
  let piece = '';
  for (const { text } of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
