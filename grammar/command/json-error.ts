/** Finds where a text stops being JSON. JSON.parse only says so in words that differ by Node version. */

import { never } from '../never.ts';

/** The first place that is wrong, and what would be right there. */
export interface JsonError {
  readonly offset: number;
  readonly expected: string;
}

/** Values nested deeper than this are refused: printing them again would exhaust the stack. */
const MAX_JSON_DEPTH = 64;

/** Null for valid JSON. Looks at every character once and does not recurse. */
export const findJsonError = (text: string): JsonError | null => {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
    if (expected === 'end') return at === text.length ? null : { offset: at, expected: names.end };
    token.lastIndex = at;
    const found: string = token.exec(text)?.[0] ?? '';
    const next = follow(expected, found, open);
    if (next === null) return { offset: at, expected: names[expected] };
    if (open.length > MAX_JSON_DEPTH) return { offset: at, expected: 'less nesting' };
    expected = next;
    at += found.length;
  }
};

type Open = 'value' | 'item' | 'firstKey' | 'key' | 'colon' | 'comma';
type Expected = Open | 'end';

const names = {
  value: 'a value',
  item: 'a value or ]',
  firstKey: 'a key in double quotes or }',
  key: 'a key in double quotes',
  colon: ':',
  comma: 'a comma or the closing bracket',
  end: 'the end',
} as const satisfies Record<Expected, string>;

const space = /[ \t\r\n]*/y;
const token =
  /[{}[\],:]|"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;

function follow(expected: Open, found: string, open: string[]): Expected | null {
  const after = (): Expected => (open.length === 0 ? 'end' : 'comma');
  switch (expected) {
    case 'value':
    case 'item':
      if (found === '{' || found === '[') {
        open.push(found === '{' ? '}' : ']');
        return found === '{' ? 'firstKey' : 'item';
      }
      if (found === ']' && expected === 'item') return open.pop() === undefined ? null : after();
      return found === '' || '}],:'.includes(found) ? null : after();
    case 'firstKey':
    case 'key':
      if (found === '}' && expected === 'firstKey')
        return open.pop() === undefined ? null : after();
      return found.startsWith('"') ? 'colon' : null;
    case 'colon':
      return found === ':' ? 'value' : null;
    case 'comma':
      if (found === ',') return open.at(-1) === '}' ? 'key' : 'value';
      if (found === '' || found !== open.pop()) return null;
      return after();
    default:
      return never(expected);
  }
}
