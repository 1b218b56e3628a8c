import { describe, expect, it } from 'vitest';
import type { InputDefinition } from '../../src/engine/definition.ts';
import type { GivenValue } from '../../src/engine/given-value.ts';
import { resolveInputs } from '../../src/engine/inputs.ts';
import type { Json } from '../../src/lib/json.ts';
import { input, simple, workflow } from '../support/engine-definitions.ts';

const text = (value: string): GivenValue => ({ type: 'text', text: value });
const value = (given: Json): GivenValue => ({ type: 'value', value: given });

const one = (declared: Partial<InputDefinition>, given: GivenValue) => {
  const result = resolveInputs(
    workflow([simple('a')], { input: [input('x', declared)] }),
    { x: given },
    'person',
  );
  return result.ok ? result.input['x'] : (result.problems[0]?.code ?? 'none');
};

describe('a value as text', () => {
  it.each(['0UT.3OX', '1e3', '007', 'no', '1234567890123456789', 'true', 'null', '5m', ''])(
    'stays text without a type, or as a string: %s',
    (source) => {
      expect(one({}, text(source))).toBe(source);
      expect(one({ type: 'string' }, text(source))).toBe(source);
      expect(one({ default: 'words' }, text(source))).toBe(source);
    },
  );

  it.each<[InputDefinition['type'], string, Json]>([
    ['number', '007', 7],
    ['number', '1e3', 1000],
    ['number', '-2.5', -2.5],
    ['number', 'null', null],
    ['number', '0x10', 'INPUT_TYPE'],
    ['number', '1234567890123456789', 'INPUT_TYPE'],
    ['number', 'five', 'INPUT_TYPE'],
    ['boolean', 'no', false],
    ['boolean', 'TRUE', true],
    ['boolean', 'maybe', 'INPUT_TYPE'],
    ['list', 'a, b', ['a', 'b']],
    ['list', '[1, "b"]', [1, 'b']],
    ['list', '[1', 'INPUT_TYPE'],
    ['object', '{"a": 1}', { a: 1 }],
    ['object', '[1]', 'INPUT_TYPE'],
    ['duration', '1h30m', 5_400_000],
    ['duration', '90', 90_000],
    ['duration', 'soon', 'INPUT_TYPE'],
    ['path', '0UT.3OX', '0UT.3OX'],
  ])('as %s: %s', (type, source, expected) => {
    expect(one({ type }, text(source))).toEqual(expected);
  });

  it('takes the type of the default', () => {
    expect(one({ default: false }, text('yes'))).toBe(true);
    expect(one({ default: 3 }, text('4'))).toBe(4);
    expect(one({ default: ['a'] }, text('b'))).toEqual(['b']);
  });
});

describe('a value of its own type', () => {
  it.each<[InputDefinition['type'], Json, Json]>([
    ['number', 5, 5],
    ['number', '5', 'INPUT_TYPE'],
    ['string', 5, 'INPUT_TYPE'],
    ['boolean', 'true', 'INPUT_TYPE'],
    ['string', null, null],
    ['list', ['a'], ['a']],
    ['duration', '5m', 300_000],
    [null, { any: 1 }, { any: 1 }],
  ])('as %s: %j', (type, given, expected) => {
    expect(one({ type }, value(given))).toEqual(expected);
  });
});

describe('what is declared', () => {
  it('fills in defaults, and null where there is none', () => {
    const definition = workflow([simple('a')], {
      input: [input('a', { required: true }), input('b', { default: 5 }), input('c')],
    });
    expect(resolveInputs(definition, { a: value(null) }, 'person')).toEqual({
      ok: true,
      input: { a: null, b: 5, c: null },
      defaulted: ['b', 'c'],
    });
  });

  it('checks enum and the whole of a pattern', () => {
    expect(one({ enum: ['minimal', 'standard'] }, text('standard'))).toBe('standard');
    expect(one({ enum: ['minimal', 'standard'] }, text('standart'))).toBe('INPUT_ENUM');
    expect(one({ type: 'number', enum: [1, 2] }, text('2'))).toBe(2);
    expect(one({ pattern: '[a-z]+' }, text('abc'))).toBe('abc');
    expect(one({ pattern: '[a-z]+|x' }, text('abc1'))).toBe('INPUT_PATTERN');
  });

  it('reports everything at once, with suggestions', () => {
    const definition = workflow([simple('a')], {
      input: [
        input('target_folder', { required: true, type: 'path' }),
        input('level', { enum: ['minimal', 'standard'] }),
      ],
    });
    const result = resolveInputs(
      definition,
      { target_foldre: text('x'), level: text('standart') },
      'person',
    );
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { input: 'target_folder', code: 'INPUT_MISSING' },
        { input: 'level', code: 'INPUT_ENUM', hint: 'Did you mean standard?' },
        {
          input: 'target_foldre',
          code: 'INPUT_UNKNOWN',
          hint: 'Did you mean target_folder?',
          expected: ['target_folder', 'level'],
        },
      ],
    });
  });

  it.each(['__proto__', 'constructor', 'targetfolder'])(
    'refuses what is not declared, from a person: %s',
    (name) => {
      const definition = workflow([simple('a')], { input: [input('target_folder')] });
      const result = resolveInputs(definition, { [name]: text('x') }, 'person');
      expect(result).toMatchObject({
        ok: false,
        problems: [{ input: name, code: 'INPUT_UNKNOWN' }],
      });
    },
  );

  it('keeps what is not declared when a workflow hands it on', () => {
    const definition = workflow([simple('a')], { input: [input('a')] });
    const given = { a: text('1'), reason: value('broken'), ['__proto__']: value(1) };
    expect(resolveInputs(definition, given, 'workflow')).toMatchObject({
      ok: true,
      input: { a: '1', reason: 'broken' },
    });
  });

  it('does not show a secret in what is wrong with it', () => {
    const definition = workflow([simple('a')], {
      input: [input('pin', { secret: true, pattern: '\\d{4}' })],
    });
    expect(
      JSON.stringify(resolveInputs(definition, { pin: text('hunter2') }, 'person')),
    ).not.toContain('hunter2');
  });
});
