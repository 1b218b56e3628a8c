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
import type { Json, JsonObject } from '../lib/json.ts';

/** Milliseconds of text making after which others get a turn. */
const SLICE = 8;

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
      let turn = clock.monotonic();
      for (const [key, entry] of Object.entries(data)) {
        const known = texts.get(key);
        const fresh = () => ({ entry, text: dump({ [key]: entry }, { noRefs: true }) });
        next.set(key, known?.entry === entry ? known : fresh());
        if (clock.monotonic() - turn > SLICE) {
          await new Promise(setImmediate);
          turn = clock.monotonic();
        }
      }
      texts = next;
      const whole = [...next.values()].map(({ text }) => text).join('');
      const options = { host, ...(tempFolder === undefined ? {} : { tempFolder }) };
      await writeFileAtomic(path, whole === '' ? '{}\n' : whole, options);
    },
  };
};
