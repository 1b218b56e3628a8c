/**
 * Collects the problems of one file. Owns the way from a code and a place to what faces show;
 * nothing stops at the first problem.
 */
import type { Diagnostic, Span } from '../../grammar/diagnostic.ts';
import { suggest } from '../../grammar/suggest.ts';
import type { LocatedDiagnostic } from '../runtime/engine.ts';
import { definitionCodes, type DefinitionCode } from './codes.ts';
import { innerSpan } from './yaml/inner-span.ts';
import { createLineIndex } from './yaml/lines.ts';
import type { YamlScalar } from './yaml/tree.ts';

/** What a problem may say beside its code and sentence; the hint defaults to the code's remedy. */
interface ProblemExtras {
  readonly hint?: string;
  readonly expected?: readonly string[];
  readonly replacement?: string | null;
}

export interface Report {
  add(code: DefinitionCode, span: Span, message: string, extras?: ProblemExtras): void;
  /** A problem with a word for which there are candidates: adds did-you-mean. */
  unknown(
    code: DefinitionCode,
    span: Span,
    message: string,
    word: string,
    candidates: readonly string[],
  ): void;
  /** A problem the grammar found inside a scalar's text. */
  inside(node: YamlScalar, diagnostic: Diagnostic): void;
  /** The place in the file of a span of a scalar's text. */
  within(node: YamlScalar, span: Span): Span;
  /** By line and column; the same problem at the same place once. */
  problems(): readonly LocatedDiagnostic[];
}

export const createReport = (source: string, file: string): Report => {
  const positionOf = createLineIndex(source);
  const found = new Map<string, LocatedDiagnostic>();
  let suggestions = 0;
  const keep = (diagnostic: Diagnostic): void => {
    const located = { ...diagnostic, file, ...positionOf(diagnostic.span) };
    const key = `${located.code} ${located.span.start} ${located.message}`;
    if (!found.has(key)) found.set(key, located);
  };
  const report: Report = {
    add(code, span, message, extras = {}) {
      const { severity, remedy } = definitionCodes[code];
      keep({
        code,
        severity,
        message,
        hint: extras.hint ?? remedy,
        span,
        expected: extras.expected ?? [],
        replacement: extras.replacement ?? null,
      });
    },
    unknown(code, span, message, word, candidates) {
      suggestions += 1;
      const near = suggestions > MOST_SUGGESTIONS ? [] : suggest(word, candidates, 3);
      const [best] = near;
      report.add(code, span, message, {
        ...(best === undefined
          ? listed(candidates)
          : { hint: `did you mean ${near.join(' or ')}?` }),
        expected: near.length > 0 ? near : candidates.slice(0, 10),
        replacement: near.length === 1 && best !== undefined ? best : null,
      });
    },
    inside(node, diagnostic) {
      keep({ ...diagnostic, span: innerSpan(source, node, diagnostic.span) });
    },
    within: (node, span) => innerSpan(source, node, span),
    problems: () => [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  };
  return report;
};

/** Looking for near words is slow among thousands; nobody reads that many suggestions. */
const MOST_SUGGESTIONS = 50;

/** With nothing near, the whole choice, when it is small enough to read. */
const listed = (candidates: readonly string[]): ProblemExtras =>
  candidates.length > 0 && candidates.length <= 12
    ? { hint: `there are ${candidates.join(', ')}` }
    : {};
