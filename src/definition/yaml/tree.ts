/**
 * A YAML document with the place of every key and value. Spans are offsets into the file's
 * text. An alias is the node it stands for, at the place of the alias.
 */
import type { Span } from '../../../grammar/diagnostic.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  /** Where the text itself begins: behind the quote or the `|` line. */
  readonly contentStart: number;
  readonly contentEnd: number;
  /** Columns that a block of text is indented by. */
  readonly indent: number;
  readonly span: Span;
}

interface YamlList {
  readonly type: 'list';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

interface YamlMap {
  readonly type: 'map';
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
}

/** Keys and list indexes from the document's root. */
export type Path = readonly (string | number)[];

/** The value a tree stands for. */
export const toJson = (node: YamlNode): Json => {
  switch (node.type) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, toJson(entry.value)]));
  }
};

/** The entry `key` of a map, or null. */
export const entryOf = (node: YamlNode | null, key: string): YamlEntry | null =>
  node?.type === 'map' ? (node.entries.find((entry) => entry.key === key) ?? null) : null;

/** The value under `key` of a map, or null. */
export const child = (node: YamlNode | null, key: string | number): YamlNode | null => {
  if (node?.type === 'list') return typeof key === 'number' ? (node.items[key] ?? null) : null;
  return entryOf(node, String(key))?.value ?? null;
};

/** The value under `key` as JSON, or null. */
export const jsonAt = (node: YamlNode | null, key: string): Json => {
  const found = child(node, key);
  return found === null ? null : toJson(found);
};

/** The map under `key` as JSON; empty when there is none. */
export const mapAt = (node: YamlNode | null, key: string): JsonObject => {
  const value = jsonAt(node, key);
  return isJsonObject(value) ? value : {};
};

/** The node at `path`, or null when there is none. */
export const nodeAt = (root: YamlNode | null, path: Path): YamlNode | null =>
  path.reduce<YamlNode | null>(child, root);

/** The items of a list; a single value counts as a list of one, nothing as an empty one. */
export const itemsOf = (node: YamlNode | null): readonly YamlNode[] => {
  if (node === null || (node.type === 'scalar' && node.value === null)) return [];
  return node.type === 'list' ? node.items : [node];
};

/** Every scalar below `node`, itself included, in written order. */
export const scalarsOf = (node: YamlNode | null): readonly YamlScalar[] => {
  if (node === null) return [];
  if (node.type === 'scalar') return [node];
  return node.type === 'list'
    ? node.items.flatMap(scalarsOf)
    : node.entries.flatMap((entry) => scalarsOf(entry.value));
};
