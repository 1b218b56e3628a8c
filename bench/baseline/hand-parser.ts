/**
 * The command line read by hand: one pass over the characters, no grammar, no tokens. It gives the
 * same tree as `grammar/command` for every text without a mistake, and gives up (null) on the rest.
 * The bar for the real parser's speed, and nothing else.
 */
import type {
  Argument,
  Block,
  CommandLine,
  CommandValue,
  Flag,
  Word,
} from '../../grammar/command/model.ts';
import type { Json } from '../../grammar/json.ts';

const DOUBLE = '"“”„‟«»〝〞〟＂';
const SINGLE = "'‘’‚‛‹›＇";
const FENCE = '```';

/** Reads a message that begins with `prefix`; null when it does not, or holds a mistake. */
export const parseByHand = (text: string, prefix: string): CommandLine | null => {
  if (!text.startsWith(prefix) || !isSpace(text, prefix.length)) return null;
  const words: Word[] = [];
  const args: Argument[] = [];
  const flags: Flag[] = [];
  let block: Block | null = null;
  let at = prefix.length;
  let end = at;
  for (;;) {
    while (at < text.length && isSpace(text, at)) at += 1;
    if (at >= text.length) break;
    const start = at;
    const char = text.charAt(at);
    if (text.startsWith(FENCE, at)) {
      if (block !== null) return null;
      block = readBlock(text, at);
      if (block === null) return null;
      at = block.span.end;
    } else {
      const dashes = dashesEnd(text, at);
      const keyEnd = isWord(text, dashes) ? wordEnd(text, dashes) : -1;
      const op = keyEnd < 0 ? null : operatorAt(text, keyEnd);
      if (op !== null) {
        const valueStart = keyEnd + (op === 'set' ? 1 : 2);
        const value = op === 'json' ? readJson(text, valueStart) : readValue(text, valueStart);
        if (value === null) return null;
        at = value.end;
        args.push({
          key: text.slice(dashes, keyEnd),
          keySpan: { start: dashes, end: keyEnd },
          op,
          style: 'assign',
          value: value.value,
          valueSpan: { start: valueStart, end: at },
          span: { start, end: at },
        });
      } else if (dashes > start) {
        if (keyEnd < 0 || !isSpace(text, keyEnd)) return null;
        const name = text.slice(dashes, keyEnd);
        at = keyEnd;
        let next = at;
        while (next < text.length && isSpace(text, next)) next += 1;
        if (next < text.length && beginsValue(text, next)) {
          const value = readValue(text, next);
          if (value === null) return null;
          at = value.end;
          args.push({
            key: name,
            keySpan: { start: dashes, end: keyEnd },
            op: 'set',
            style: 'option',
            value: value.value,
            valueSpan: { start: next, end: at },
            span: { start, end: at },
          });
        } else flags.push({ name, span: { start, end: at } });
      } else if (char === '{' || char === '[' || char === '=') return null;
      else {
        const quoted = quotedAt(text, at);
        if (quoted === null) {
          at = bareEnd(text, at);
          words.push({ text: text.slice(start, at), span: { start, end: at } });
        } else {
          if (quoted.end < 0) return null;
          at = quoted.end;
          words.push({ text: quoted.text, span: { start, end: at } });
        }
      }
    }
    if (!isSpace(text, at)) return null;
    end = at;
  }
  if (givenTwice(args)) return null;
  const head = words.shift() ?? null;
  return { text, head, words, args, flags, block, span: { start: 0, end } };
};

interface Read {
  readonly value: CommandValue;
  readonly end: number;
}

const readValue = (text: string, start: number, inList = false): Read | null => {
  const char = text.charAt(start);
  if (start >= text.length || isSpace(text, start)) return null;
  if (char === '[') return readList(text, start);
  if (char === '{') return readObject(text, start);
  const quoted = quotedAt(text, start);
  if (quoted !== null) {
    if (quoted.end < 0) return null;
    return { value: { type: 'text', text: quoted.text, quoted: true }, end: quoted.end };
  }
  const end = inList ? itemEnd(text, start) : bareEnd(text, start);
  const image = text.slice(start, end);
  if (char === '@' && image.length > 1) {
    return { value: { type: 'file', name: image.slice(1) }, end };
  }
  return { value: mentionOf(image) ?? { type: 'text', text: image, quoted: false }, end };
};

const readList = (text: string, start: number): Read | null => {
  const items: CommandValue[] = [];
  let at = start + 1;
  for (;;) {
    while (at < text.length && isSpace(text, at)) at += 1;
    if (at >= text.length) return null;
    if (text.charAt(at) === ']') break;
    const item = readValue(text, at, true);
    if (item === null || item.end === at) return null;
    items.push(item.value);
    at = item.end;
    while (at < text.length && isSpace(text, at)) at += 1;
    if (text.charAt(at) === ',') at += 1;
    else if (text.charAt(at) !== ']') return null;
  }
  return { value: { type: 'list', items }, end: at + 1 };
};

/** Brace by brace, strings respected; other double quotes become plain ones. */
const readObject = (text: string, start: number): Read | null => {
  let depth = 0;
  let before = '{';
  let source = '';
  let done = start;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '{') depth += 1;
    else if (char === '}') {
      depth -= 1;
      if (depth === 0) {
        source += text.slice(done, at + 1);
        return { value: { type: 'object', text: source }, end: at + 1 };
      }
    } else if (isSpace(text, at)) continue;
    else if ((DOUBLE.includes(char) || char === "'") && '{[,:'.includes(before)) {
      let close = at + 1;
      while (close < text.length) {
        const inner = text.charAt(close);
        if (inner === '\\' && char !== "'") close += 1;
        else if (char === "'" ? inner === "'" : DOUBLE.includes(inner)) break;
        close += 1;
      }
      const mark = char === "'" ? "'" : '"';
      source += text.slice(done, at) + mark + text.slice(at + 1, close) + mark;
      done = close + 1;
      at = close;
    }
    before = char;
  }
  return null;
};

const readJson = (text: string, start: number): Read | null => {
  let depth = 0;
  let at = start;
  for (; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '"') {
      at += 1;
      while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
    } else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    else if (depth <= 0 && isSpace(text, at)) break;
  }
  try {
    const value: Json = JSON.parse(text.slice(start, at));
    return { value: { type: 'json', value }, end: at };
  } catch {
    return null;
  }
};

const readBlock = (text: string, start: number): Block | null => {
  const close = text.indexOf(FENCE, start + 3);
  const lineEnd = text.indexOf('\n', start);
  if (close < 0) return null;
  let from = start + 3;
  let language = '';
  if (lineEnd >= 0 && lineEnd < close) {
    const first = text.slice(from, lineEnd).trim();
    if (!/[\s`{[:]/.test(first)) {
      language = first.toLowerCase();
      from = lineEnd + 1;
    }
  }
  if (language !== '' && language !== 'yaml' && language !== 'yml' && language !== 'json') {
    return null;
  }
  return {
    language: language === 'json' ? 'json' : 'yaml',
    text: text.slice(from, close),
    textSpan: { start: from, end: close },
    span: { start, end: close + 3 },
  };
};

/** The quoted text at `at` (`end` -1 when it is never closed), or null when no quote is there. */
const quotedAt = (text: string, at: number): { text: string; end: number } | null => {
  const open = text.charAt(at);
  if (DOUBLE.includes(open)) {
    let escaped = false;
    for (let end = at + 1; end < text.length; end += 1) {
      const char = text.charAt(end);
      if (char === '\\') {
        escaped = true;
        end += 1;
      } else if (DOUBLE.includes(char)) {
        const inner = text.slice(at + 1, end);
        return { text: escaped ? unescape(inner) : inner, end: end + 1 };
      }
    }
    return { text: '', end: -1 };
  }
  if (open === '`') {
    const end = text.indexOf('`', at + 1);
    return { text: text.slice(at + 1, end), end: end < 0 ? -1 : end + 1 };
  }
  if (!SINGLE.includes(open)) return null;
  for (let end = at + 1; end < text.length; end += 1) {
    if (SINGLE.includes(text.charAt(end)) && !isWord(text, end + 1)) {
      return { text: text.slice(at + 1, end), end: end + 1 };
    }
  }
  return { text: '', end: -1 };
};

const unescape = (inner: string): string => {
  let out = '';
  for (let at = 0; at < inner.length; at += 1) {
    const next = inner.charAt(at + 1);
    if (inner.charAt(at) === '\\' && (next === '\\' || (next !== '' && DOUBLE.includes(next)))) {
      at += 1;
    }
    out += inner.charAt(at);
  }
  return out;
};

const mentionOf = (image: string): CommandValue | null => {
  const match = /^<(@[!&]?|#)(\d{1,20})>$/.exec(image);
  if (match === null) return null;
  const id = match[2] ?? '';
  if (match[1] === '#') return { type: 'channel', id };
  return { type: 'mention', kind: match[1] === '@&' ? 'role' : 'user', id };
};

const beginsValue = (text: string, at: number): boolean => {
  if (text.startsWith(FENCE, at) || dashesEnd(text, at) > at) return false;
  return !isWord(text, at) || operatorAt(text, wordEnd(text, at)) === null;
};

const operatorAt = (text: string, at: number): Argument['op'] | null => {
  const char = text.charAt(at);
  if (char === '=') return 'set';
  if (text.charAt(at + 1) !== '=') return null;
  return char === ':' ? 'json' : char === '+' ? 'append' : null;
};

const dashesEnd = (text: string, at: number): number => {
  const char = text.charAt(at);
  if (char !== '-' && char !== '–' && char !== '—') return at;
  const second = text.charAt(at + 1) === '-';
  if (char === '-' && !second) return at;
  const name = second ? at + 2 : at + 1;
  return isWord(text, name) && !(text.charAt(name) >= '0' && text.charAt(name) <= '9') ? name : at;
};

const wordEnd = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && (isWord(text, at) || '-.'.includes(text.charAt(at)))) at += 1;
  return at;
};

const bareEnd = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && !isSpace(text, at)) at += 1;
  return at;
};

const itemEnd = (text: string, start: number): number => {
  let at = start;
  while (at < text.length && !isSpace(text, at) && !',]'.includes(text.charAt(at))) at += 1;
  return at;
};

const isSpace = (text: string, at: number): boolean => {
  if (at >= text.length) return true;
  const code = text.charCodeAt(at);
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : /[\s\u200b]/.test(text.charAt(at));
};

const isWord = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  if (code < 128) {
    return (
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 48 && code <= 57) ||
      code === 95
    );
  }
  return /[\p{L}\p{N}\p{M}]/u.test(text.charAt(at));
};

/** The same key with two values. Command lines have a handful of keys. */
const givenTwice = (args: readonly Argument[]): boolean => {
  if (args.length > 32) return givenTwiceOfMany(args);
  for (let later = 1; later < args.length; later += 1) {
    for (let at = 0; at < later; at += 1) if (clash(args[at], args[later])) return true;
  }
  return false;
};

const givenTwiceOfMany = (args: readonly Argument[]): boolean => {
  const first = new Map<string, Argument>();
  for (const argument of args) {
    if (clash(first.get(argument.key), argument)) return true;
    if (argument.op !== 'append' && argument.style !== 'option') first.set(argument.key, argument);
  }
  return false;
};

const clash = (a: Argument | undefined, b: Argument | undefined): boolean =>
  a !== undefined &&
  a.key === b?.key &&
  ![a, b].some(({ op, style }) => op === 'append' || style === 'option') &&
  JSON.stringify(a.value) !== JSON.stringify(b.value);
