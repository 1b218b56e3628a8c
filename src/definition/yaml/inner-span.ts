import type { Span } from '../../../grammar/diagnostic.ts';
import type { YamlScalar } from './tree.ts';

/**
 * The place in the file of a span of a scalar's text. Where quoting or folding makes that
 * unclear, the whole scalar.
 */
export const innerSpan = (source: string, node: YamlScalar, inner: Span): Span => {
  const at = offsetMap(source, node);
  if (at === null) return node.span;
  return { start: at(inner.start), end: Math.max(at(inner.start), at(inner.end)) };
};

const offsetMap = (source: string, node: YamlScalar): ((offset: number) => number) | null => {
  const { value } = node;
  const raw = source.slice(node.contentStart, node.contentEnd);
  if (typeof value !== 'string') return null;
  if (raw === value) return (offset) => node.contentStart + Math.min(offset, raw.length);
  if (node.style === 'single' && raw.replaceAll("''", "'") === value) {
    const starts = decodedStarts(raw);
    return (offset) => node.contentStart + (starts[offset] ?? raw.length);
  }
  return node.style === 'literal' ? literalMap(raw, value, node) : null;
};

/** For every character of a single-quoted text, where it is in the raw text. */
const decodedStarts = (raw: string): readonly number[] => {
  const starts: number[] = [];
  for (let at = 0; at < raw.length; at += raw.startsWith("''", at) ? 2 : 1) starts.push(at);
  return starts;
};

/** A `|` block: the same lines, indented. */
const literalMap = (
  raw: string,
  value: string,
  node: YamlScalar,
): ((offset: number) => number) | null => {
  const rawLines = raw.split('\n');
  const lines = value.split('\n');
  const same = lines.every((line, index) => {
    const rawLine = (rawLines[index] ?? '').replace(/\r$/, '');
    return rawLine.slice(node.indent) === line;
  });
  if (!same) return null;
  return (offset) => {
    const before = value.slice(0, offset).split('\n');
    const above = rawLines.slice(0, before.length - 1).join('\n').length;
    const lineStart = before.length > 1 ? above + 1 : 0;
    const column = node.indent + (before.at(-1)?.length ?? 0);
    return node.contentStart + Math.min(lineStart + column, raw.length);
  };
};
