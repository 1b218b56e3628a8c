/**
 * The one lexer and parser, built on first use (building takes longer than a whole short command).
 * Their definitions are checked by a test instead of at every start.
 */
import type { IToken } from 'chevrotain';
import { GrammarParser } from './parser.ts';
import { createLexer, type StartMode } from './tokens/lexer.ts';

/**
 * The tokens of a template or a condition; those of a command line are `tokens/read-line.ts`'s.
 * Every character is in a token or white space: there are no lexing errors.
 */
export const tokenize = (text: string, mode: Exclude<StartMode, 'line'>): IToken[] => {
  lexer ??= createLexer(true);
  return lexer.tokenize(text, mode).tokens;
};

/** The parser; set its `input` before calling a rule. */
export const grammarParser = (): GrammarParser => {
  parser ??= new GrammarParser(true);
  return parser;
};

let lexer: ReturnType<typeof createLexer> | undefined;
let parser: GrammarParser | undefined;
