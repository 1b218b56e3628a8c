/** Mistakes of a line: made, gathered and, where there is one way to, mended. */
import type { CommandLine } from '../grammar/command/model.ts';
import type { Diagnostic, Span } from '../grammar/diagnostic.ts';
import type { Mistake, Reply } from './command.ts';

/** Stable codes of mistakes that the commands find; the grammar's are below CMD200. */
export type MistakeCode =
  /** Neither a verb nor a workflow. */
  | 'CMD201'
  /** An input or key that is not known. */
  | 'CMD202'
  /** A required input or word is missing. */
  | 'CMD203'
  /** A value does not fit. */
  | 'CMD204'
  /** No such run, or several. */
  | 'CMD205'
  /** An option that the question does not have. */
  | 'CMD206'
  /** A block or an attachment cannot be read. */
  | 'CMD207'
  /** A task that the run does not have. */
  | 'CMD208';

/** A mistake as data. */
export const mistakeAt = (
  code: MistakeCode,
  span: Span,
  message: string,
  more: Partial<Pick<Diagnostic, 'hint' | 'expected' | 'replacement'>> = {},
): Diagnostic => ({
  code,
  severity: 'error',
  message,
  hint: more.hint ?? null,
  span,
  expected: more.expected ?? [],
  replacement: more.replacement ?? null,
});

/** The answer to a line with `problems`. */
export const mistakeReply = (
  line: CommandLine,
  problems: readonly Diagnostic[],
  conceal: readonly string[] = [],
): Reply => ({
  type: 'mistake',
  mistake: { ...mistakeOf(line.text, problems, line.span), conceal },
});

/** The same before there is a line. */
export const mistakeOf = (
  source: string,
  problems: readonly Diagnostic[],
  span: Span = { start: 0, end: source.length },
): Mistake => {
  const sorted = problems.toSorted((a, b) => a.span.start - b.span.start);
  return { source, problems: sorted, corrected: correct(source, sorted, span), conceal: [] };
};

/** The place just behind what was typed, for what is missing. */
export const endOf = (line: CommandLine): Span => ({ start: line.span.end, end: line.span.end });

const correct = (source: string, problems: readonly Diagnostic[], span: Span): string | null => {
  let text = source.slice(0, Math.max(span.end, problems.at(-1)?.span.end ?? 0));
  let before = Number.POSITIVE_INFINITY;
  for (const { span: place, replacement } of problems.toReversed()) {
    if (replacement === null || place.end > before) return null;
    text = text.slice(0, place.start) + replacement + text.slice(place.end);
    before = place.start;
  }
  return problems.length === 0 ? null : text.slice(span.start);
};
