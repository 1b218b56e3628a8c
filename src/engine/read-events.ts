/**
 * Events read back from the text of a record. Every run's history begins with a copy of its
 * definition; thousands of runs of one workflow would be parsed and kept as thousands of copies,
 * and a graph computed for each. Here a definition that was read before is known by its text.
 */
import { isJsonObject } from '../lib/json.ts';
import type { Json } from '../lib/json.ts';
import type { RunEvent } from './events.ts';
import { parseRunEvent } from './parse-event.ts';

/** A reader of lists of events in JSON. @throws UnknownEventError */
export const createEventReader = (): ((json: string) => readonly RunEvent[]) => {
  /** By how their texts begin: with id, name and version. The oldest go when there are many. */
  const known = new Map<string, { readonly text: string; readonly definition: Json }>();

  const remember = (json: string, at: number, definition: Json | undefined): void => {
    if (definition === undefined) return;
    const text = JSON.stringify(definition);
    if (!json.startsWith(text, at)) return;
    const [oldest] = known.keys();
    if (known.size >= MOST && oldest !== undefined) known.delete(oldest);
    known.set(text.slice(0, HEAD), { text, definition });
  };

  return (json) => {
    const at = definitionAt(json);
    if (at < 0) return listOf(json).map(parseRunEvent);
    const found = known.get(json.slice(at, at + HEAD));
    // A value's text that begins like a whole object is that object.
    const same = found !== undefined && json.startsWith(found.text, at) ? found : null;
    const [first, ...others] = listOf(
      same === null ? json : `${json.slice(0, at)}null${json.slice(at + same.text.length)}`,
    );
    if (!isJsonObject(first)) throw new Error('The list of events does not begin with an event');
    if (same === null) remember(json, at, first['definition']);
    const started = same === null ? first : { ...first, definition: same.definition };
    return [started, ...others].map(parseRunEvent);
  };
};

const MOST = 1_024;
/** Characters by which a definition is looked up; a shorter one is not shared. */
const HEAD = 120;

/** Where the definition of a list's first event begins, or -1 when it starts no run. */
const definitionAt = (json: string): number => {
  if (!json.startsWith(STARTED)) return -1;
  const at = json.indexOf(DEFINITION, STARTED.length);
  return at < 0 ? -1 : at + DEFINITION.length - 1;
};

const STARTED = '[{"type":"RunStarted","handle":"';
const DEFINITION = '","definition":{';

const listOf = (json: string): readonly unknown[] => {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list : [];
};
