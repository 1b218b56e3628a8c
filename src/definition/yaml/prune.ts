import { nodeAt } from './tree.ts';
import type { Path, YamlNode } from './tree.ts';

/**
 * The tree without what is at `paths`. A path to nothing names a required key that is missing:
 * then the map it is missing from goes, and at the root the key gets a stand-in.
 */
export const pruned = (root: YamlNode, paths: readonly Path[]): YamlNode => {
  const targets = paths.map((path) => (nodeAt(root, path) === null ? path.slice(0, -1) : path));
  const outermost = targets.filter(
    (path) => !targets.some((other) => other.length < path.length && startsWith(path, other)),
  );
  const unique = new Map(outermost.map((path) => [JSON.stringify(path), path]));
  let node = root;
  // From the last to the first, so that indexes of lists stay valid.
  for (const path of [...unique.values()].sort(byPathDescending))
    node = without(node, path) ?? node;
  return node.type === 'map' ? withRequired(node) : node;
};

const startsWith = (path: Path, beginning: Path): boolean =>
  beginning.length > 0 && beginning.every((key, index) => path[index] === key);

const without = (node: YamlNode, path: Path): YamlNode | null => {
  const [key, ...rest] = path;
  if (key === undefined) return null;
  if (node.type === 'list') {
    const items = node.items.flatMap((item, index) =>
      index === key ? (without(item, rest) ?? []) : [item],
    );
    return { ...node, items };
  }
  if (node.type === 'scalar') return null;
  if (!node.entries.some((entry) => entry.key === String(key))) return null;
  const entries = node.entries.flatMap((entry) => {
    if (entry.key !== String(key)) return [entry];
    const value = without(entry.value, rest);
    return value === null ? [] : [{ ...entry, value }];
  });
  return { ...node, entries };
};

const withRequired = (root: Extract<YamlNode, { type: 'map' }>): YamlNode => {
  const at = { start: root.span.start, end: root.span.start };
  const id: YamlNode = {
    type: 'scalar',
    value: 'unnamed',
    style: 'plain',
    contentStart: at.start,
    contentEnd: at.end,
    indent: 0,
    span: at,
  };
  const stand: Readonly<Record<string, YamlNode>> = {
    id,
    tasks: { type: 'list', items: [], span: at },
  };
  const missing = Object.keys(stand).filter(
    (key) => !root.entries.some((entry) => entry.key === key),
  );
  const added = missing.flatMap((key) => {
    const value = stand[key];
    return value === undefined ? [] : [{ key, keySpan: at, value }];
  });
  return added.length === 0 ? root : { ...root, entries: [...root.entries, ...added] };
};

const byPathDescending = (a: Path, b: Path): number => {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === right || left === undefined || right === undefined) continue;
    if (typeof left === 'number' && typeof right === 'number') return right - left;
    return String(left) < String(right) ? 1 : -1;
  }
  return b.length - a.length;
};
