import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { resolveOptions } from '../../grammar/command/options.ts';
import { command, mistakes, prefixes } from './support.ts';

const first = (text: string) => command(`@workflow w ${text}`).args[0]?.value;
const texts = (text: string) => command(text).words.map((word) => word.text);

describe('who is addressed', () => {
  it.each([
    '@workflow list',
    '@WorkFlow list',
    '  @workflow list',
    'hey @workflow list',
    'Hello, please @workflow list',
    '@workflow, list',
    '<@123> list',
    '<@123>list',
    '<@!123> list',
    '<@&456>  list',
    '@workflow\u00a0list',
    '@workflow\u2009list',
  ])('%s', (text) => {
    expect(command(text).head?.text).toBe('list');
  });

  it.each(['list', 'see @workflow list', '@workflows list', '<@124> list', '', '`@workflow list`'])(
    'nobody: %s',
    (text) => {
      expect(parseCommandLine(text, { prefixes })).toEqual({ kind: 'none' });
    },
  );

  it('reads an empty addressed message as a command without a head', () => {
    expect(command('@workflow')).toMatchObject({ head: null, words: [], args: [] });
    expect(command('hey @workflow  ').head).toBeNull();
  });

  it('does without the prefix where that is allowed', () => {
    const read = (text: string) => parseCommandLine(text, { prefixes, prefixOptional: true });
    expect(read('status 7F3K')).toMatchObject({
      kind: 'command',
      line: { head: { text: 'status' } },
    });
    expect(read('@workflow status')).toMatchObject({ line: { head: { text: 'status' } } });
    expect(read('  ')).toEqual({ kind: 'none' });
  });
});

describe('what a line holds', () => {
  it('reads the line of the specification', () => {
    const text = '@workflow inventory-validation-v1 target_folder=0UT.3OX';
    const line = command(text);
    expect(line.head).toEqual({ text: 'inventory-validation-v1', span: { start: 10, end: 33 } });
    expect(line.args).toEqual([
      {
        key: 'target_folder',
        keySpan: { start: 34, end: 47 },
        op: 'set',
        style: 'assign',
        value: { type: 'text', text: '0UT.3OX', quoted: false },
        valueSpan: { start: 48, end: 55 },
        span: { start: 34, end: 55 },
      },
    ]);
    expect(line.span).toEqual({ start: 0, end: 55 });
    expect(line.text).toBe(text);
  });

  it('gives spans in the whole message, greeting included', () => {
    const text = 'hey @workflow run x  note="a b"';
    const line = command(text);
    expect(text.slice(line.args[0]?.valueSpan.start, line.args[0]?.valueSpan.end)).toBe('"a b"');
    expect(line.span).toEqual({ start: 4, end: text.length });
  });

  it('tells words, arguments, options and flags apart', () => {
    const line = command('@workflow run w --full --level high --deep=yes a+=1 b:=[1] --strict');
    expect(line.words.map((word) => word.text)).toEqual(['w']);
    expect(line.args.map(({ key, op, style }) => `${key} ${op} ${style}`)).toEqual([
      'level set option',
      'deep set assign',
      'a append assign',
      'b json assign',
    ]);
    expect(line.flags.map((flag) => flag.name)).toEqual(['full', 'strict']);
  });

  it.each(['--strict', '—strict', '–strict', '--\u0073trict'])('reads %s as a flag', (flag) => {
    expect(command(`@workflow run w ${flag}`).flags.map(({ name }) => name)).toEqual(['strict']);
  });

  it('keeps single dashes and minus signs as text', () => {
    expect(texts('@workflow run - -- -5 –5 -x')).toEqual(['-', '--', '-5', '–5', '-x']);
  });

  it('reads words as they are: urls, paths, equations', () => {
    expect(texts('@workflow run https://x.org/?a=b&c=d C:\\a\\b 7F3K.2 2+2=4')).toEqual([
      'https://x.org/?a=b&c=d',
      'C:\\a\\b',
      '7F3K.2',
      '2+2=4',
    ]);
  });
});

describe('values', () => {
  it.each([
    '0UT.3OX',
    '1e3',
    '007',
    'no',
    '1234567890123456789',
    "don't",
    'don’t',
    'C:\\temp\\new',
    'a=b',
    '5"',
    '-x',
    '--x',
    'a[0]',
    '/',
  ])('keeps %s as bare text', (text) => {
    expect(first(`k=${text}`)).toEqual({ type: 'text', text, quoted: false });
  });

  it.each([
    '"a b"',
    '“a b”',
    '„a b“',
    '«a b»',
    '"a b”',
    '„a b"',
    '‘a b’',
    "'a b'",
    '‚a b‘',
    '`a b`',
    '＂a b＂',
  ])('reads %s as quoted text', (quoted) => {
    expect(first(`k=${quoted}`)).toEqual({ type: 'text', text: 'a b', quoted: true });
  });

  it.each([
    ['"a \\"b\\" c"', 'a "b" c'],
    ['"C:\\\\temp\\new"', 'C:\\temp\\new'],
    ['"\\n"', '\\n'],
    ["'C:\\temp\\'", 'C:\\temp\\'],
    ["'don't'", "don't"],
    ['‘it’s’', 'it’s'],
    ['"a\nb"', 'a\nb'],
    ['""', ''],
    ["''", ''],
  ])('reads %s', (quoted, text) => {
    expect(first(`k=${quoted}`)).toEqual({ type: 'text', text, quoted: true });
  });

  it('reads lists, nested ones and every kind of item', () => {
    expect(first('k=[a, "b c", [1], {x: "]"}, <@5>, @f.txt, don’t]')).toEqual({
      type: 'list',
      items: [
        { type: 'text', text: 'a', quoted: false },
        { type: 'text', text: 'b c', quoted: true },
        { type: 'list', items: [{ type: 'text', text: '1', quoted: false }] },
        { type: 'object', text: '{x: "]"}' },
        { type: 'mention', kind: 'user', id: '5' },
        { type: 'file', name: 'f.txt' },
        { type: 'text', text: 'don’t', quoted: false },
      ],
    });
    expect(first('k=[]')).toEqual({ type: 'list', items: [] });
    expect(first('k=[a,]')).toMatchObject({ items: [{ text: 'a' }] });
    expect(first('k=[\n a,\n b\n]')).toMatchObject({ items: [{ text: 'a' }, { text: 'b' }] });
  });

  it.each([
    ['{"a": {"b": "}"}}', '{"a": {"b": "}"}}'],
    ["{a: 'it''s }', b: don't}", "{a: 'it''s }', b: don't}"],
    ['{size: 5", x: {}}', '{size: 5", x: {}}'],
    ['{“a”: “b } c”}', '{"a": "b } c"}'],
    ['{a: ‘x}y’}', "{a: 'x}y'}"],
    ['{}', '{}'],
  ])('reads the object %s', (source, text) => {
    expect(first(`k=${source}`)).toEqual({ type: 'object', text });
  });

  it.each([
    ['{"a": [1, "x y"], "b": null}', { a: [1, 'x y'], b: null }],
    ['"a ” b"', 'a ” b'],
    ['12', 12],
    ['-0', 0],
    ['[]', []],
    ['true', true],
  ])('forces JSON: %s', (source, value) => {
    expect(first(`k:=${source}`)).toEqual({ type: 'json', value });
  });

  it('reads files, mentions and channels', () => {
    expect(first('k=@data.yaml')).toEqual({ type: 'file', name: 'data.yaml' });
    expect(first('k=<@12>')).toEqual({ type: 'mention', kind: 'user', id: '12' });
    expect(first('k=<@!12>')).toEqual({ type: 'mention', kind: 'user', id: '12' });
    expect(first('k=<@&12>')).toEqual({ type: 'mention', kind: 'role', id: '12' });
    expect(first('k=<#12>')).toEqual({ type: 'channel', id: '12' });
    expect(texts('@workflow approve <@12> @x')).toEqual(['<@12>', '@x']);
  });

  it('separates at every white space', () => {
    expect(texts('@workflow a\u00a0b\u2009c\u3000d\u200be\tf\ng')).toEqual('bcdefg'.split(''));
  });
});

describe('blocks', () => {
  it.each([
    ['```yaml\na: 1\n```', 'yaml', 'a: 1\n'],
    ['```YML\r\na: 1```', 'yaml', 'a: 1'],
    ['```json\n{"a": 1}\n```', 'json', '{"a": 1}\n'],
    ['```\na: 1\n```', 'yaml', 'a: 1\n'],
    ['```a: 1```', 'yaml', 'a: 1'],
    ['```a: 1\nb: 2```', 'yaml', 'a: 1\nb: 2'],
  ])('reads %j', (source, language, text) => {
    const message = `@workflow run w x=1\n${source}`;
    const { block } = command(message);
    expect(block).toMatchObject({ language, text });
    expect(message.slice(block?.textSpan.start, block?.textSpan.end)).toBe(text);
    expect(message.slice(block?.span.start, block?.span.end)).toBe(source);
  });
});

describe('options whose meaning only the command knows', () => {
  it('turns them back into a flag and a word', () => {
    const { line, problems } = resolveOptions(
      command('@workflow --json list --state failed x'),
      (name) => name === 'json',
    );
    expect(line.head?.text).toBe('list');
    expect(line.words.map((word) => word.text)).toEqual(['x']);
    expect(line.flags.map((flag) => flag.name)).toEqual(['json']);
    expect(line.args).toMatchObject([{ key: 'state', style: 'assign' }]);
    expect(problems).toEqual([]);
  });

  it('finds keys given twice once they are arguments', () => {
    const line = command('@workflow run w --a x a=y');
    expect(resolveOptions(line, () => false).problems.map(({ code }) => code)).toEqual(['CMD105']);
    expect(resolveOptions(line, () => true).problems).toEqual([]);
  });
});

describe('no mistake', () => {
  it.each(['k=a k=a', 'k=a k="a"', 'k+=a k+=b', '--a --a', 'k=<@1>', '[WIP', 'x `k=v`'])(
    '%s',
    (text) => {
      expect(mistakes(`@workflow w ${text}`).filter((code) => code.startsWith('CMD105'))).toEqual(
        [],
      );
    },
  );
});
