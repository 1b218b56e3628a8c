/**
 * A mistake in a text a person wrote, as data. What shows it (chat, console, CLI,
 * `validate`) decides the form; the offsets are always into the text that was read.
 */
export interface Diagnostic {
  /** Stable code, `CMD…` for command lines, `CON…` conditions, `TPL…` templates, `DEF…` definitions. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one sentence without a full stop. */
  readonly message: string;
  /** What to do about it, or null. */
  readonly hint: string | null;
  /** UTF-16 offsets into the source; `end` is exclusive; `start === end` marks a place between characters. */
  readonly span: Span;
  /** What would be accepted there (words a person can type), best first. */
  readonly expected: readonly string[];
  /** Text that would mend the mistake when put in place of `span`, if there is exactly one. */
  readonly replacement: string | null;
}

/** A half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
