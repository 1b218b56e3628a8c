/** Mistakes in how the parts of a line stand beside each other. Each function only reports. */
import type { CstElement, IToken } from 'chevrotain';
import { isSpaceAt, isWordAt } from '../characters.ts';
import { diagnose, excerpt } from '../diagnose.ts';
import type { Span } from '../diagnostic.ts';
import { Bare } from '../tokens/command.ts';
import { isPrefix } from './prefix.ts';
import { afterDashes, assignEnd } from './scan.ts';
import { tokenSpan, type Reading } from './values.ts';

/** A list or an object where only a word can stand. */
export const misplaced = (what: 'list' | 'object', span: Span, reading: Reading): void => {
  reading.problems.push(diagnose('CMD113', span, `This ${what} belongs to no key`));
};

/** Text directly behind a closing quote or bracket. */
export const glued = (span: Span, reading: Reading): void => {
  const text = excerpt(reading.text.slice(span.start, span.end));
  reading.problems.push(diagnose('CMD111', span, `${text} touches the quote or bracket before it`));
};

/** A comma of a list that is missing or too many. */
export const commaProblem = (message: string, span: Span, reading: Reading): void => {
  reading.problems.push(diagnose('CMD112', span, message));
};

/** `key=` at the end, or with white space before its value. */
export const missingValue = (
  assign: Span,
  value: { readonly span: Span } | null,
  reading: Reading,
): void => {
  const key = reading.text.slice(assign.start, assign.end);
  if (value === null) {
    reading.problems.push(diagnose('CMD109', assign, `${excerpt(key)} has no value`));
    return;
  }
  const span = { start: assign.start, end: value.span.end };
  const replacement = key + reading.text.slice(value.span.start, value.span.end);
  const message = `There is white space between ${excerpt(key)} and its value`;
  reading.problems.push(diagnose('CMD110', span, message, { replacement }));
};

/** Bare words that hold `=` in the wrong place, are misspelt options, or begin a second command. */
export const checkBareWord = (
  token: IToken,
  span: Span,
  previous: CstElement | undefined,
  next: CstElement | undefined,
  reading: Reading,
): void => {
  if (startsItsLine(reading.text, span.start) && isPrefix(token.image, reading.prefixes)) {
    const message = `A second command begins at ${excerpt(token.image)}`;
    reading.problems.push(diagnose('CMD115', span, message));
  } else if (token.tokenType !== Bare || isWordAt(token.image, 0)) {
    return;
  } else if (strayOperator.test(token.image)) {
    spacedEquals(token, previous, next, reading);
  } else if (afterDashes(token.image, 0) > 0) {
    const replacement = /^\S+?:[^=]/.test(token.image) ? token.image.replace(':', '=') : null;
    const message = `${excerpt(token.image)} is not an option`;
    reading.problems.push(diagnose('CMD114', span, message, { replacement }));
  }
};

const strayOperator = /^[:+]?=/;

function spacedEquals(
  token: IToken,
  previous: CstElement | undefined,
  next: CstElement | undefined,
  reading: Reading,
): void {
  const own = tokenSpan(token);
  const operator = strayOperator.exec(token.image)?.[0] ?? '=';
  const alone = operator.length === token.image.length;
  const key = scalarSpan(previous);
  const value = alone ? scalarSpan(next) : own;
  const span = { start: key?.start ?? own.start, end: value?.end ?? own.end };
  const keyText = key === null ? '' : reading.text.slice(key.start, key.end);
  const valueText = alone && value !== null ? reading.text.slice(value.start, value.end) : '';
  const mended = `${keyText}${token.image}${valueText}`;
  const whole = value !== null && assignEnd(mended, 0) === keyText.length + operator.length;
  reading.problems.push(
    diagnose('CMD110', span, `There is white space around ${operator}`, {
      replacement: whole ? mended : null,
    }),
  );
}

function scalarSpan(element: CstElement | undefined): Span | null {
  return element === undefined || 'children' in element ? null : tokenSpan(element);
}

function startsItsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (at >= 0 && text.charAt(at) !== '\n' && isSpaceAt(text, at)) at -= 1;
  return at >= 0 && text.charAt(at) === '\n';
}
