/**
 * Owns the reading of conditions such as `retry_count > 5 and ${a.status} == "DONE"`. Never
 * throws, takes linear time. Text is never resolved and then read again: values enter as values.
 */
import { diagnose } from '../diagnose.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { describe, findUnclosed, type ExpressionCodes } from '../expression-problems.ts';
import { spanOf, type ExpressionReading } from '../expression-visitor.ts';
import { grammarParser, tokenize } from '../language.ts';
import { ForeignOperator, LBracket, LParen, Not, RBracket, RParen } from '../tokens/expression.ts';
import type { Condition } from './model.ts';
import { readCondition } from './visitor.ts';

export type ConditionParse =
  | { readonly ok: true; readonly condition: Condition }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] };

/** Reads a condition. */
export const parseCondition = (text: string): ConditionParse => {
  const early = refuse(text);
  if (early !== null) return { ok: false, problems: [early] };
  const tokens = tokenize(text, 'condition');
  const problems = [...findForeign(tokens), ...findUnclosed(tokens, codes)];
  const deep = tooDeep(tokens);
  if (deep !== null) problems.push(deep);
  if (problems.length > 0) return { ok: false, problems };

  const parser = grammarParser();
  parser.input = tokens;
  const tree = parser.condition();
  const [error] = parser.errors;
  if (error !== undefined) return { ok: false, problems: [describe(error, text.length, codes)] };
  const reading: ExpressionReading = { problems, tooLarge: 'CON109' };
  const condition = readCondition(tree, reading);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, condition };
};

const codes: ExpressionCodes = {
  unexpected: 'CON101',
  unclosedQuote: 'CON102',
  unclosedHole: 'CON103',
};
const MAX_LENGTH = 20_000;
const MAX_DEPTH = 40;

function refuse(text: string): Diagnostic | null {
  const span = { start: 0, end: text.length };
  if (text.trim() === '') return diagnose('CON111', span, 'The condition is empty');
  if (text.length <= MAX_LENGTH) return null;
  return diagnose('CON110', span, `The condition is longer than ${MAX_LENGTH} characters`);
}

/** Reading recurses once per bracket, evaluating once per bracket and `not`. */
function tooDeep(tokens: ReturnType<typeof tokenize>): Diagnostic | null {
  let depth = 0;
  let nots = 0;
  for (const token of tokens) {
    const { tokenType } = token;
    if (tokenType === LParen || tokenType === LBracket) depth += 1;
    else if (tokenType === RParen || tokenType === RBracket) depth -= 1;
    nots = tokenType === Not ? nots + 1 : 0;
    if (depth > MAX_DEPTH || nots > MAX_DEPTH) {
      return diagnose(
        'CON110',
        spanOf(token),
        `The condition is nested more than ${MAX_DEPTH} deep`,
      );
    }
  }
  return null;
}

const spellings: Readonly<Record<string, string>> = {
  '=': '==',
  '===': '==',
  '!==': '!=',
  '<>': '!=',
  '=>': '>=',
  '=<': '<=',
  '&&': 'and',
  '||': 'or',
  '!': 'not ',
};

function findForeign(tokens: ReturnType<typeof tokenize>): Diagnostic[] {
  const foreign = tokens.filter((token) => token.tokenType === ForeignOperator);
  return foreign.map((token) => {
    const replacement = spellings[token.image] ?? '==';
    const name = replacement.trim();
    const message = `${token.image} is written ${name} here`;
    return diagnose('CON105', spanOf(token), message, { expected: [name], replacement });
  });
}
