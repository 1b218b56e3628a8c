import type { IToken } from 'chevrotain';
import type { Span } from '../diagnostic.ts';
import { ObjectText } from '../tokens/command.ts';
import { DoubleQuoted, SingleQuoted, TickQuoted } from '../tokens/shared.ts';
import type { Word } from './model.ts';
import { misplaced } from './strays.ts';
import { readQuotedToken, type Reading } from './values.ts';

/** Reads a value that stands alone as a word; null for what cannot. */
export const readWord = (token: IToken, span: Span, reading: Reading): Word | null => {
  switch (token.tokenType) {
    case DoubleQuoted:
    case SingleQuoted:
    case TickQuoted:
      return { text: readQuotedToken(token, reading), span };
    case ObjectText:
      misplaced('object', span, reading);
      return null;
    default:
      return { text: token.image, span };
  }
};
