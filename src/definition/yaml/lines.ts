import type { Span } from '../../../grammar/diagnostic.ts';

/** Where a span is in the file; lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** Exclusive; a span over several lines ends with its first one. */
  readonly endColumn: number;
}

/** Turns spans of `text` into lines and columns. */
export const createLineIndex = (text: string): ((span: Span) => Position) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return (span) => {
    const start = Math.min(Math.max(span.start, 0), text.length);
    const line = lineOf(start);
    const lineStart = starts[line] ?? 0;
    const next = starts[line + 1];
    const lineEnd = next === undefined ? text.length : next - 1;
    const end = Math.max(start, Math.min(span.end, lineEnd));
    return { line: line + 1, column: start - lineStart + 1, endColumn: end - lineStart + 1 };
  };
};
