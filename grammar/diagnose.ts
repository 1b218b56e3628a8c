import { grammarCodes, type GrammarCode } from './codes.ts';
import type { Diagnostic, Span } from './diagnostic.ts';

/** What a diagnostic may say beside its code and sentence; the hint defaults to the code's remedy. */
export interface DiagnosticExtras {
  readonly hint?: string;
  readonly expected?: readonly string[];
  readonly replacement?: string | null;
}

/** An error of the grammar as data. */
export const diagnose = (
  code: GrammarCode,
  span: Span,
  message: string,
  extras: DiagnosticExtras = {},
): Diagnostic => ({
  code,
  severity: 'error',
  message,
  hint: extras.hint ?? grammarCodes[code].remedy,
  span,
  expected: extras.expected ?? [],
  replacement: extras.replacement ?? null,
});

/** A piece of the source for use inside a message: one line, at most 40 characters. */
export const excerpt = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  const points = Array.from(line.slice(0, 200));
  return points.length > 40 ? `${points.slice(0, 39).join('')}…` : line;
};
