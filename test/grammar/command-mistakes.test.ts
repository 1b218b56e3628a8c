import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { covered, mistakes, prefixes, problemsOf } from './support.ts';

describe('mistakes in a line', () => {
  it.each([
    ['@workflow w k="a b', ['CMD101:"']],
    ['@workflow w k=‘a b', ['CMD101:‘']],
    ['@workflow w p="C:\\temp\\" x=1', ['CMD101:"']],
    ['@workflow w k=[a, b', ['CMD102:[']],
    ['@workflow w k=[a, [b]', ['CMD102:[']],
    ['@workflow w k={a: 1', ['CMD103:{']],
    ['@workflow w ```yaml\na: 1', ['CMD104:```']],
    ['@workflow w a=1 b=2 a=3', ['CMD105:a=3']],
    ['@workflow w a=1 a:=1', ['CMD105:a:=1']],
    ['@workflow w ```a: 1``` ```b: 2```', ['CMD106:```']],
    ['@workflow w ```js\n1```', ['CMD107:js']],
    ['@workflow w a:={b}', ['CMD108:b']],
    ['@workflow w a:=[1,]', ['CMD108:]']],
    ['@workflow w a:=yes', ['CMD108:y']],
    ['@workflow w a:=1e999', ['CMD108:1e999']],
    ['@workflow w a:={"x": 1', ['CMD108:']],
    ['@workflow w a=', ['CMD109:a=']],
    ['@workflow w a= b', ['CMD110:a= b']],
    ['@workflow w a = b', ['CMD110:a = b']],
    ['@workflow w a =b', ['CMD110:a =b']],
    ['@workflow w a="x"y', ['CMD111:y']],
    ['@workflow w a=[x]y', ['CMD111:y']],
    ['@workflow w a=[x y]', ['CMD112:y']],
    ['@workflow w a=[x,, y]', ['CMD112:,']],
    ['@workflow w a=[, y]', ['CMD112:,']],
    ['@workflow w [x]', ['CMD113:[x]']],
    ['@workflow w {x: 1}', ['CMD113:{x: 1}']],
    ['@workflow w --a:b', ['CMD114:--a:b']],
    ['@workflow list\n@workflow status', ['CMD115:@workflow']],
    ['@workflow list\n <@123> status', ['CMD115:<@123>']],
    [`@workflow w a=${'['.repeat(40)}`, ['CMD116:[']],
  ])('%s', (text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  it('reports all of them, in the order of the text', () => {
    expect(mistakes('@workflow w a=1 a=2 b = c [x] d="e"f g:=x h=[1 2]')).toEqual([
      'CMD105:a=2',
      'CMD110:b = c',
      'CMD113:[x]',
      'CMD111:f',
      'CMD108:x',
      'CMD112:2',
    ]);
  });

  it('counts offsets from the start of the message', () => {
    const text = 'hey @workflow run x note="unclosed';
    const [problem] = problemsOf(text);
    expect(problem?.span).toEqual({ start: 25, end: 26 });
  });

  it.each([
    ['@workflow w folder = out', 'folder = out', 'folder=out'],
    ['@workflow w folder= "my out"', 'folder= "my out"', 'folder="my out"'],
    ['@workflow w --level:high', '--level:high', '--level=high'],
  ])('knows the correction of %s', (text, wrong, right) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ replacement: right });
    expect(problem && covered(text, problem)).toBe(wrong);
    expect(mistakes(text.replace(wrong, right))).toEqual([]);
  });

  it('shows both values of a key given twice', () => {
    const [problem] = problemsOf('@workflow w folder=in folder="out"');
    expect(problem?.message).toBe('folder is given twice: in and "out"');
  });

  it('explains the backslash that swallows a quote', () => {
    const [problem] = problemsOf('@workflow w p="C:\\temp\\"');
    expect(problem?.hint).toContain('\\\\');
  });

  it('still gives what could be read', () => {
    const result = parseCommandLine('@workflow run w a=1 a=2', { prefixes });
    expect(result).toMatchObject({ kind: 'mistake', line: { head: { text: 'run' } } });
  });

  it('bears a hundred thousand mistakes', () => {
    const text = `@workflow w ${Array.from({ length: 100_000 }, (_, i) => `a=${i}`).join(' ')}`;
    expect(problemsOf(text)).toHaveLength(99_999);
  });

  it('refuses what is too long', () => {
    expect(problemsOf(`@workflow w ${'x'.repeat(1_100_000)}`)).toMatchObject([{ code: 'CMD117' }]);
  });
});
