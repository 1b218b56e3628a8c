import { describe, expect, it } from 'vitest';
import { evaluateCondition } from '../../grammar/condition/evaluate.ts';
import { parseCondition } from '../../grammar/condition/parse.ts';
import { conditionNames, conditionPaths } from '../../grammar/condition/paths.ts';
import { checkPattern } from '../../grammar/condition/pattern.ts';
import { covered, scopeOf } from './support.ts';

const scope = scopeOf({
  workflow: { input: { strict_mode: false, nothing: null } },
  scan: { status: 'COMPLETED', output: { list: [1, 'a', [2]], map: { k: 1 }, total: 3 } },
  execution_time: 400_000,
  retry_count: 6,
  task_success_rate: 75,
  order: 'x',
});

const evaluate = (text: string) => {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${JSON.stringify(parsed.problems)}`);
  return evaluateCondition(parsed.condition, scope);
};

describe('conditions that are true or false', () => {
  it.each<[string, boolean]>([
    ['${workflow.input.strict_mode} == false', true],
    ['execution_time > 5m', true],
    ['execution_time > 1h30m', false],
    ['retry_count > 5 and task_success_rate < 80', true],
    ['retry_count > 5 and not task_success_rate < 80 or true', true],
    ['not (retry_count > 5 and task_success_rate < 80)', false],
    ['true or false and false', true],
    ['${scan.status} == "COMPLETED"', true],
    ['${scan.status} != "completed"', true],
    ['${scan.output.total} == "3"', false],
    ['${scan.output.total} != "3"', true],
    ['scan.output.total >= 3', true],
    ['scan.output.list[1] == "a"', true],
    ['${scan.output.list} == [1, "a", [2]]', true],
    ['${scan.output.map} == ${scan.output.map}', true],
    ['${workflow.input.nothing} == null', true],
    ['${workflow.input.nothing ?? 4} == 4', true],
    ['5m == 300000', true],
    ['"a" < "b"', true],
    ['${scan.status} in ["COMPLETED", "FAILED"]', true],
    ['${scan.status} not in ["FAILED"]', true],
    ['not ${scan.status} in ["FAILED"]', true],
    ['"1" in [1, 2]', false],
    ['${scan.output.list} contains "a"', true],
    ['${scan.output.list} contains [2]', true],
    ['${scan.output.map} contains "k"', true],
    ['${scan.status} contains "PLET"', true],
    ['123 contains 2', true],
    ['"PLET" in ${scan.status}', true],
    ['${scan.status} matches "^COMP.*D$"', true],
    ['retry_count matches "^\\d$"', true],
    ['order == "x"', true],
    ['((((true))))', true],
    ['${workflow.input.strict_mode}', false],
    ['false and nobody > 1', false],
    ['true or ${nobody.x}', true],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual({ ok: true, value });
  });
});

describe('conditions that cannot be evaluated', () => {
  it.each([
    [
      '${scan.status} > 5',
      '${scan.status} > 5: > cannot order "COMPLETED" (a text) and 5 (a number)',
    ],
    [
      '${workflow.input.nothing} < 3',
      '${workflow.input.nothing} < 3: < cannot order null and 3 (a number)',
    ],
    ['true < false', 'true < false: < cannot order true and false'],
    ['retry_count', 'retry_count is a number, not true or false'],
    ['not 5', '5 is a number, not true or false'],
    ['nobody > 1', 'nobody is missing: there is no nobody here'],
    ['${scan.output.nope} == 1', 'scan.output.nope is missing: scan.output is a map without nope'],
    ['null matches "a"', 'matches needs a text, and null is null'],
  ])('%s', (text, reason) => {
    expect(evaluate(text)).toEqual({ ok: false, reason });
  });

  it('does not look at more text than an expression can bear', () => {
    const long = scopeOf({ text: 'a'.repeat(5000) });
    const parsed = parseCondition('text matches "a*b*c*d"');
    expect(parsed.ok && evaluateCondition(parsed.condition, long)).toMatchObject({ ok: false });
  });
});

describe('mistakes in conditions', () => {
  it.each([
    ['', ['CON111:']],
    ['a < b < c', ['CON104:<']],
    ['a = 1 && !b', ['CON105:=', 'CON105:&&', 'CON105:!']],
    ['a not == 1', ['CON105:not']],
    ['(a', ['CON101:']],
    ['a b', ['CON101:b']],
    ['a == ', ['CON101:']],
    ['a == "x', ['CON102:"']],
    ['${a', ['CON103:${']],
    ['x matches "["', ['CON106:"["']],
    ['x matches "(a+)+"', ['CON107:"(a+)+"']],
    ['x matches y', ['CON112:y']],
    ['"${a.b}" == 1', ['CON108:"${a.b}"']],
    ['1e999 > a', ['CON109:1e999']],
    [`a > ${'9'.repeat(30)}w`, [`CON109:${'9'.repeat(30)}w`]],
    [`${'('.repeat(60)}a`, ['CON110:(']],
    [`${'not '.repeat(60)}a`, ['CON110:not']],
  ])('%s', (text, expected) => {
    const parsed = parseCondition(text);
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((problem) => `${problem.code}:${covered(text, problem)}`)).toEqual(
      expected,
    );
  });

  it.each([
    ['a = 1', '=='],
    ['a AND b', 'and'],
    ['a cotnains b', 'contains'],
    ['"${a.b}" == 1', '${a.b}'],
  ])('knows the correction of %s', (text, replacement) => {
    const parsed = parseCondition(text);
    expect(parsed.ok ? null : parsed.problems[0]?.replacement).toBe(replacement);
  });
});

describe('what a condition reads', () => {
  it('lists paths and names in order', () => {
    const text =
      'retry_count > 5 and (${a.b ?? c.d} == 1 or x.y in [z, ${e}]) and not w matches "a"';
    const parsed = parseCondition(text);
    if (!parsed.ok) throw new Error('cannot be read');
    expect(conditionPaths(parsed.condition).map((path) => path.text)).toEqual(['a.b', 'c.d', 'e']);
    const names = conditionNames(parsed.condition);
    expect(names.map(({ name }) => name)).toEqual(['retry_count', 'x.y', 'z', 'w']);
    expect(names.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'retry_count',
      'x.y',
      'z',
      'w',
    ]);
  });
});

describe('regular expressions', () => {
  it.each([
    '^a.*b$',
    '\\d{4}-\\d\\d',
    '[a+]+',
    '(?:ab)c?',
    '^(PASS|PARTIAL)$',
    '(ab)+',
    'a|b|c',
    '\\(+',
  ])('allows %s', (pattern) => {
    expect(checkPattern(pattern)).toBeNull();
  });

  it.each([
    '(a+)+',
    '(a*)*b',
    '((a)+)*',
    '(a|a)*',
    '(?:a?){30}',
    '(.*)\\1',
    'a?'.repeat(20),
    'x'.repeat(300),
    '(?=(a+))+',
  ])('refuses %s', (pattern) => {
    expect(checkPattern(pattern)?.kind).toMatch(/costly|invalid/);
  });
});
