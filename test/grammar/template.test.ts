import { describe, expect, it } from 'vitest';
import type { Json } from '../../grammar/json.ts';
import { evaluateTemplate, resolveValue, templatesIn } from '../../grammar/template/evaluate.ts';
import { parseTemplate } from '../../grammar/template/parse.ts';
import { covered, scopeOf } from './support.ts';

const scope = scopeOf({
  workflow: { id: 'wf-1', input: { folder: '0UT.3OX', nothing: null, strict: false } },
  scan: {
    output: { files: [{ path: 'a.md', size: 3 }], 'two words': 2, total: 0 },
    status: 'COMPLETED',
  },
  'my-task': { output: {} },
  'dotted.id': 7,
});

const value = (text: string) => {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return evaluateTemplate(parsed.template, scope);
};

describe('values of templates', () => {
  it.each<[string, Json]>([
    ['${workflow.input.folder}', '0UT.3OX'],
    ['${scan.output.files}', [{ path: 'a.md', size: 3 }]],
    ['${scan.output.files[0].size}', 3],
    ['${scan.output.files.0.size}', 3],
    ['${scan.output["two words"]}', 2],
    ['${ scan.output.total }', 0],
    ['${workflow.input.strict}', false],
    ['${workflow.input.nothing}', null],
    ['${my-task.output}', {}],
    ['${["dotted.id"]}', 7],
    ['${5}', 5],
    ['${"a\\"b"}', 'a"b'],
    ['n: ${scan.output.total}, ${workflow.input.nothing}${workflow.input.strict}', 'n: 0, false'],
    ['f=${scan.output.files}', 'f=[{"path":"a.md","size":3}]'],
    ['${workflow.input.nothing ?? "none"}', 'none'],
    ['${a.output.x ?? b.output.x ?? "none"}', 'none'],
    ['${a.output.x ?? workflow.input.nothing}', null],
    ['${scan.output.total ?? 1}', 0],
    ['', ''],
    ['no hole, $5 and {x}', 'no hole, $5 and {x}'],
    ['$${x}', '${x}'],
    ['$$${scan.output.total}', '$0'],
    ['$$$${x}', '$${x}'],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['${nobody.output}', 'nobody.output', 'there is no nobody here'],
    ['x ${scan.output.nope.more} y', 'scan.output.nope.more', 'scan.output is a map without nope'],
    [
      '${scan.output.files[3]}',
      'scan.output.files[3]',
      'scan.output.files is a list without item 3',
    ],
    [
      '${workflow.input.nothing.x}',
      'workflow.input.nothing.x',
      'workflow.input.nothing is null without x',
    ],
    ['${scan.status.length}', 'scan.status.length', 'scan.status is a text without length'],
    [
      '${scan.output.files.length}',
      'scan.output.files.length',
      'scan.output.files is a list without length',
    ],
    ['${scan.__proto__}', 'scan.__proto__', 'scan is a map without __proto__'],
    ['${scan.constructor.name}', 'scan.constructor.name', 'scan is a map without constructor'],
  ])('%s is missing', (text, path, reason) => {
    expect(value(text)).toEqual({ ok: false, path, reason });
  });
});

describe('mistakes in templates', () => {
  it.each([
    ['${', ['TPL103:${']],
    ['a ${b.c', ['TPL103:${']],
    ['${a ?? "x}', ['TPL102:"']],
    ['${}', ['TPL104:${}']],
    ['${a b}', ['TPL101:b']],
    ['${a.}', ['TPL101:.']],
    ['${a ?? }', ['TPL101:}']],
    ['${a b} ${} ${c d} ${e', ['TPL101:b', 'TPL104:${}', 'TPL101:d', 'TPL103:${']],
    ['${a[-1]}', ['TPL105:-1']],
    ['${1e999}', ['TPL105:1e999']],
  ])('%s', (text, expected) => {
    const parsed = parseTemplate(text);
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((problem) => `${problem.code}:${covered(text, problem)}`)).toEqual(
      expected,
    );
  });
});

describe('nested values', () => {
  it('resolves every string, keeps everything else', () => {
    const input = {
      a: ['${scan.output.total}', 1, null],
      b: { '${x}': 'n=${scan.status}' },
      c: true,
    };
    expect(resolveValue(input, scope)).toEqual({
      ok: true,
      value: { a: [0, 1, null], b: { '${x}': 'n=COMPLETED' }, c: true },
    });
  });

  it('fails with the first missing path', () => {
    expect(resolveValue({ a: ['${x.y}'] }, scope)).toMatchObject({ ok: false, path: 'x.y' });
    expect(resolveValue('${', scope)).toMatchObject({ ok: false, path: '${' });
  });

  it('keeps keys that other objects inherit', () => {
    const result = resolveValue(JSON.parse('{"__proto__": "${scan.status}"}'), scope);
    expect(JSON.stringify(result)).toBe('{"ok":true,"value":{"__proto__":"COMPLETED"}}');
  });

  it('stops at absurd depth instead of throwing', () => {
    let deep: Json = '${scan.status}';
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(resolveValue(deep, scope)).toMatchObject({ ok: false });
    expect(templatesIn(deep)).toEqual([]);
  });

  it('finds templates with where they stand', () => {
    expect(templatesIn({ a: [{ b: '${x.y}' }, 'plain'], c: '${' })).toMatchObject([
      { path: ['a', 0, 'b'], text: '${x.y}', result: { ok: true } },
      { path: ['c'], text: '${', result: { ok: false } },
    ]);
  });
});

describe('segments', () => {
  it('have spans of their own', () => {
    const text = 'x ${scan.output["two words"][0]}';
    const parsed = parseTemplate(text);
    const part = parsed.ok ? parsed.template.parts[1] : undefined;
    const operand = part?.type === 'expression' ? part.alternatives[0] : undefined;
    const path = operand?.type === 'path' ? operand.path : undefined;
    expect(path?.root).toBe('scan');
    expect(path?.segments.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'scan',
      'output',
      '"two words"',
      '0',
    ]);
  });
});
