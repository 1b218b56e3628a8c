import { Lexer, type IMultiModeLexerDefinition, type TokenType } from 'chevrotain';
import { commandModes } from './command.ts';
import { Comparator, expressionModes } from './expression.ts';
import { Quoted, Scalar } from './shared.ts';

/** Where reading begins: a command line, a template's text, or a condition. */
export type StartMode = 'line' | 'text' | 'condition';

const definition: IMultiModeLexerDefinition = {
  modes: { ...commandModes, ...expressionModes },
  defaultMode: 'line',
};

/** Every token of every mode, each once, with the categories. */
export const allTokens: readonly TokenType[] = [
  ...new Set([Scalar, Quoted, Comparator, ...Object.values(definition.modes).flat()]),
];

/** Builds the one lexer. Offsets only: lines and columns are worked out when something is shown. */
export const createLexer = (skipValidations: boolean): Lexer =>
  new Lexer(definition, {
    ensureOptimizations: true,
    positionTracking: 'onlyOffset',
    skipValidations,
  });
