/** Tokens of templates and conditions: three modes, text around holes, holes, conditions. */
import { createToken, Lexer } from 'chevrotain';
import { SPACES } from '../characters.ts';
import {
  ANY_CHARACTER,
  ANY_WORD,
  Comma,
  quotedTokens,
  Scalar,
  spaceTokens,
  upTo,
} from './shared.ts';

/** Text of a template up to the next dollars that stand before a `{`. */
export const TemplateText = createToken({
  name: 'TemplateText',
  pattern: upTo((text, offset) => {
    const hole = text.indexOf('${', offset);
    if (hole < 0) return text.length;
    let dollars = hole;
    while (dollars > offset && text.charAt(dollars - 1) === '$') dollars -= 1;
    return dollars;
  }),
  start_chars_hint: [...ANY_CHARACTER],
  label: 'text',
});

/** Before a `{`, `$$` stands for one `$`: an even number of dollars opens no hole. */
export const EscapedDollars = createToken({
  name: 'EscapedDollars',
  pattern: upTo((text, offset) => {
    let end = offset;
    while (text.charAt(end) === '$') end += 1;
    return (end - offset) % 2 === 0 ? end + 1 : end - 1;
  }, '$'),
  start_chars_hint: ['$'],
  label: '"$${"',
});

export const HoleOpen = createToken({
  name: 'HoleOpen',
  pattern: '${',
  push_mode: 'hole',
  label: '"${"',
});
export const HoleClose = createToken({
  name: 'HoleClose',
  pattern: '}',
  pop_mode: true,
  label: '"}"',
});

const word = /[\p{L}\p{N}_][\p{L}\p{N}\p{M}_]*(?:-+[\p{L}\p{N}\p{M}_]+)*/uy;
const wordEnd = (text: string, offset: number): number => {
  word.lastIndex = offset;
  return word.test(text) ? word.lastIndex : -1;
};

export const Identifier = createToken({
  name: 'Identifier',
  pattern: upTo(wordEnd),
  start_chars_hint: [...ANY_WORD],
  label: 'name',
});

/** `.name` as one token, so that a segment may begin with digits or be a keyword. */
export const DotName = createToken({
  name: 'DotName',
  pattern: upTo((text, offset) => wordEnd(text, offset + 1), '.'),
  start_chars_hint: ['.'],
  label: '.name',
});

export const NumberText = createToken({
  name: 'NumberText',
  pattern: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w-])/,
  label: 'number',
  categories: [Scalar],
});

export const DurationText = createToken({
  name: 'DurationText',
  pattern: /\d+(?:\.\d+)?(?:ms|[smhdw])(?:\d+(?:\.\d+)?(?:ms|[smhdw]))*(?![\w-])/,
  label: 'duration',
});

const keyword = (name: string, text: string, categories = [Scalar]) =>
  createToken({ name, pattern: text, longer_alt: Identifier, label: `"${text}"`, categories });

export const True = keyword('True', 'true');
export const False = keyword('False', 'false');
export const Null = keyword('Null', 'null');

export const Coalesce = createToken({ name: 'Coalesce', pattern: '??', label: '"??"' });
export const LBracket = createToken({ name: 'LBracket', pattern: '[', label: '"["' });
export const RBracket = createToken({ name: 'RBracket', pattern: ']', label: '"]"' });
export const LParen = createToken({ name: 'LParen', pattern: '(', label: '"("' });
export const RParen = createToken({ name: 'RParen', pattern: ')', label: '")"' });

export const And = keyword('And', 'and', []);
export const Or = keyword('Or', 'or', []);
export const Not = keyword('Not', 'not', []);

/** Every operator that compares two operands. */
export const Comparator = createToken({
  name: 'Comparator',
  pattern: Lexer.NA,
  label: '== | != | < | <= | > | >= | in | contains | matches',
});

const comparator = (name: string, pattern: string) =>
  createToken({ name, pattern, label: `"${pattern}"`, categories: [Comparator] });

const comparators = [
  comparator('Equal', '=='),
  comparator('NotEqual', '!='),
  comparator('LessEqual', '<='),
  comparator('GreaterEqual', '>='),
  comparator('Less', '<'),
  comparator('Greater', '>'),
  keyword('In', 'in', [Comparator]),
  keyword('Contains', 'contains', [Comparator]),
  keyword('Matches', 'matches', [Comparator]),
];

/** What other languages write; the parser meets it only to say how it is written here. */
export const ForeignOperator = createToken({
  name: 'ForeignOperator',
  pattern: /===|!==|=>|=<|<>|&&|\|\||=(?!=)|!(?!=)/,
  label: 'operator',
});

/** Any other character: an error where it stands, never one of the lexer. */
const Stray = createToken({
  name: 'Stray',
  pattern: new RegExp(`[^${SPACES}]`),
  start_chars_hint: [...ANY_CHARACTER],
  label: 'character',
});

export const expressionModes = {
  text: [TemplateText, EscapedDollars, HoleOpen],
  hole: [
    ...spaceTokens,
    HoleClose,
    Coalesce,
    NumberText,
    True,
    False,
    Null,
    Identifier,
    DotName,
    LBracket,
    RBracket,
    ...quotedTokens,
    Stray,
  ],
  condition: [
    ...spaceTokens,
    HoleOpen,
    ForeignOperator,
    ...comparators,
    And,
    Or,
    Not,
    True,
    False,
    Null,
    DurationText,
    NumberText,
    Identifier,
    DotName,
    LParen,
    RParen,
    LBracket,
    RBracket,
    Comma,
    ...quotedTokens,
    Stray,
  ],
};
