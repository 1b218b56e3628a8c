/** From a parser's exception to what a person can use. */
import { EOF, type IRecognitionException, type IToken } from 'chevrotain';
import type { GrammarCode } from './codes.ts';
import { diagnose, excerpt } from './diagnose.ts';
import type { Diagnostic } from './diagnostic.ts';
import { spanOf } from './expression-visitor.ts';
import { readQuoted } from './quotes.ts';
import { suggest } from './suggest.ts';
import { HoleClose, HoleOpen, Identifier } from './tokens/expression.ts';
import { quotedTokens } from './tokens/shared.ts';

/** The codes of one language for the same kinds of mistake. */
export interface ExpressionCodes {
  readonly unexpected: GrammarCode;
  readonly unclosedQuote: GrammarCode;
  readonly unclosedHole: GrammarCode;
}

/** Quotes and holes that are opened and never closed; they explain what else the parser trips over. */
export const findUnclosed = (tokens: readonly IToken[], codes: ExpressionCodes): Diagnostic[] => {
  const last = tokens.at(-1);
  if (last !== undefined && quotedTokens.some((type) => type === last.tokenType)) {
    if (!readQuoted(last.image).closed) {
      const span = { start: last.startOffset, end: last.startOffset + 1 };
      const char = last.image.charAt(0);
      const message = `The quote ${char} is never closed`;
      return [diagnose(codes.unclosedQuote, span, message, { expected: [char] })];
    }
  }
  const hole = tokens.findLast(
    (token) => token.tokenType === HoleOpen || token.tokenType === HoleClose,
  );
  if (hole?.tokenType !== HoleOpen) return [];
  const message = 'The template opened by ${ is never closed';
  return [diagnose(codes.unclosedHole, spanOf(hole), message, { expected: ['}'] })];
};

/** Says what was met and what would be right there; `length` is that of the whole text. */
export const describe = (
  error: IRecognitionException,
  length: number,
  codes: ExpressionCodes,
): Diagnostic => {
  const { token } = error;
  const atEnd = token.tokenType === EOF;
  const span = atEnd ? { start: length, end: length } : spanOf(token);
  const met = atEnd ? 'the end' : excerpt(token.image);
  const rule = error.context.ruleStack.at(-1) ?? '';
  const expected = error.name === 'NotAllInputParsedException' ? AFTER : (expectations[rule] ?? []);
  const replacement = token.tokenType === Identifier ? keywordFor(token.image, expected) : null;
  const listed = expected.length === 0 ? '' : `; expected ${expected.slice(0, 4).join(', ')}`;
  const code = codes.unexpected;
  return diagnose(code, span, `Did not expect ${met} here${listed}`, { expected, replacement });
};

const VALUE = ['a name', '${…}', 'a text in quotes', 'a number'];
const AFTER = ['and', 'or', '==', '!=', '<', '<=', '>', '>=', 'in', 'contains', 'matches'];
const expectations: Readonly<Record<string, readonly string[]>> = {
  operand: VALUE,
  hole: ['a path such as task.output.name', '??', '}'],
  path: [']'],
  step: [']'],
  group: [')'],
  choices: [']', ','],
  comparator: ['in', 'contains', 'matches'],
};

function keywordFor(image: string, expected: readonly string[]): string | null {
  const words = expected.filter((word) => /^[a-z]+$/.test(word));
  return suggest(image, words)[0] ?? null;
}
