/**
 * Adds an agent to the text of agents.yaml and leaves every other byte of it as it is, comments
 * included. What comes out is read again before anybody sees it.
 */
import { isDeepStrictEqual } from 'node:util';
import { parseYaml } from '../definition/yaml/parse.ts';
import { entryOf } from '../definition/yaml/tree.ts';
import type { YamlEntry } from '../definition/yaml/tree.ts';
import { parseAgentRegistry } from './registry.ts';

/**
 * The text with one agent more, or null when it is written in a way that only a person can add to.
 * @param lines the entry without indentation: its name and a colon, then its keys.
 */
export const addToRegistry = (
  text: string,
  name: string,
  lines: readonly string[],
): string | null => {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const place = placeIn(text);
  if (place === null) return null;
  const block = lines.map((line) => `${place.indent}${line}${newline}`).join('');
  const before = text.slice(0, place.at);
  const gap = before === '' || before.endsWith('\n') ? '' : newline;
  const head = place.needsKey ? `agents:${newline}` : '';
  const added = `${before}${gap}${head}${block}${text.slice(place.at)}`;
  return isSameButFor(text, added, name) ? added : null;
};

interface Place {
  readonly at: number;
  readonly indent: string;
  /** There is no `agents:` yet. */
  readonly needsKey: boolean;
}

const placeIn = (text: string): Place | null => {
  const agents = entryOf(parseYaml(text).root, 'agents');
  const indent = '  ';
  if (agents === null) return { at: text.length, indent, needsKey: true };
  if (agents.value.type === 'scalar') {
    // `agents:` and nothing below it.
    return { at: endOfLine(text, agents.keySpan.end), indent, needsKey: false };
  }
  const entries = agents.value.type === 'map' ? agents.value.entries : [];
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return null;
  const column = text.slice(text.lastIndexOf('\n', first.keySpan.start) + 1, first.keySpan.start);
  if (/\S/.test(column)) return null;
  return { at: endOfLine(text, endOf(text, last)), indent: column, needsKey: false };
};

/** Where an entry's last character is; what only separates it from the next is left out. */
const endOf = (text: string, entry: YamlEntry): number =>
  text.slice(0, Math.max(entry.keySpan.end, entry.value.span.end)).trimEnd().length;

const endOfLine = (text: string, at: number): number => {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end + 1;
};

const isSameButFor = (before: string, after: string, name: string): boolean => {
  const old = parseAgentRegistry(before, '').registry;
  const { registry, problems } = parseAgentRegistry(after, '');
  const others = [...registry].filter(([other]) => other !== name);
  return problems.length === 0 && registry.has(name) && isDeepStrictEqual(others, [...old]);
};
