import { describe, expect, it } from 'vitest';
import type { GivenValue } from '../../src/runtime/engine.ts';
import { ask, fakeEngine, fileOf, wordsOf } from '../support/command-request.ts';
import { mistakeLines } from '../../src/chat/render-mistake.ts';
import { definitionWith, inputWith } from '../support/fake-engine.ts';

const ID = 'inventory-validation-v1';

const inputOf = async (
  text: string,
  files: readonly (readonly [string, string])[] = [],
): Promise<Readonly<Record<string, GivenValue>>> => {
  const engine = fakeEngine();
  const attachments = files.map(([name, data]) => fileOf(name, data));
  const reply = await ask(engine, text, { attachments });
  if (reply.type !== 'started') throw new Error(wordsOf(reply));
  return engine.started[0]?.input ?? {};
};

const text = (value: string): GivenValue => ({ type: 'text', text: value });

describe('starting a workflow', () => {
  it('works with and without run, whatever the case of the name', async () => {
    const engine = fakeEngine();
    await ask(engine, `${ID} target_folder=a`);
    await ask(engine, `run ${ID.toUpperCase()} target_folder=a`);
    await ask(engine, `@workflow RUN ${ID} version=3 target_folder=a`);
    expect(engine.started.map((one) => [one.workflow, one.version])).toEqual([
      [ID, null],
      [ID, null],
      [ID, 3],
    ]);
    expect(Object.keys(engine.started[2]?.input ?? {})).toEqual(['target_folder']);
  });

  it('prefers the verb; run reaches a workflow of the same name', async () => {
    const engine = fakeEngine({ definitions: [definitionWith({ id: 'ping' })] });
    expect((await ask(engine, 'ping')).type).toBe('text');
    expect((await ask(engine, 'run ping')).type).toBe('started');
  });

  it('keeps bare and quoted text as text; what it becomes is the workflow’s business', async () => {
    expect(await inputOf(`${ID} a=007 b=no c="x y" d=0UT.3OX e=1e3`)).toEqual({
      a: text('007'),
      b: text('no'),
      c: text('x y'),
      d: text('0UT.3OX'),
      e: text('1e3'),
    });
  });

  it('gives lists, objects and JSON as values', async () => {
    expect(
      await inputOf(`${ID} a=[x, "b c"] b={"n": 1, "s": [2]} c:=null d+=1 d+=2 --flag`),
    ).toEqual({
      a: { type: 'value', value: ['x', 'b c'] },
      b: { type: 'value', value: { n: 1, s: [2] } },
      c: { type: 'value', value: null },
      d: { type: 'value', value: ['1', '2'] },
      flag: { type: 'value', value: true },
    });
  });

  it('takes inline before block before attachment', async () => {
    const line = `${ID} a=inline\n\`\`\`yaml\na: block\nb: block\n\`\`\``;
    expect(await inputOf(line, [['in.yaml', 'a: file\nb: file\nc: file\n']])).toEqual({
      a: text('inline'),
      b: { type: 'value', value: 'block' },
      c: { type: 'value', value: 'file' },
    });
  });

  it('puts an attached file where the line names it', async () => {
    expect(await inputOf(`${ID} a=@note.txt`, [['note.txt', 'hello']])).toEqual({
      a: text('hello'),
    });
    await expect(inputOf(`${ID} a=@other.txt`, [['note.txt', '']])).rejects.toThrow(
      'No attachment is called other.txt (attached: note.txt)',
    );
  });

  it('refuses attachments over 256 KiB and what is no mapping', async () => {
    await expect(inputOf(ID, [['in.json', ' '.repeat(256 * 1024 + 1)]])).rejects.toThrow('256 KiB');
    await expect(inputOf(ID, [['in.yaml', '- a\n']])).rejects.toThrow('mapping');
    await expect(inputOf(ID, [['in.yaml', 'a: [1\n']])).rejects.toThrow('Not readable');
  });

  it('does not take stray words for inputs', async () => {
    const reply = await ask(fakeEngine(), `${ID} 0UT.3OX`);
    expect(wordsOf(reply)).toContain('"0UT.3OX" is no input');
  });

  it('keeps keys such as __proto__ as data', async () => {
    const input = await inputOf(`${ID} __proto__=x constructor=y`);
    expect(Object.keys(input).toSorted()).toEqual(['__proto__', 'constructor']);
  });
});

it('does not repeat a secret in what is wrong with the line, nor one with a misspelt name', async () => {
  const definition = definitionWith({
    input: [inputWith('token', { secret: true }), inputWith('level', { enum: ['low'] })],
  });
  const engine = fakeEngine({ definitions: [definition] });
  const problem = (input: string, code: string) => ({
    input,
    code,
    message: `${input} is wrong`,
    hint: null,
    expected: input === 'tokn' ? ['token'] : [],
  });
  engine.nextStart({
    type: 'invalid_input',
    problems: [problem('tokn', 'INPUT_UNKNOWN'), problem('level', 'INPUT_ENUM')],
  });
  const reply = await ask(engine, `${ID} tokn=hunter22 level=high`);
  if (reply.type !== 'mistake') throw new Error(reply.type);
  const shown = JSON.stringify(mistakeLines(reply.mistake));
  expect(shown).not.toContain('hunter22');
  expect(shown).toContain('level=high');
});
