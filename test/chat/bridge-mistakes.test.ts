import { describe, expect, it } from 'vitest';
import { chatBench, textOf } from '../support/chat-bench.ts';
import { definitionWith } from '../support/fake-engine.ts';
import { questionWith } from '../support/run-view.ts';

const corrected = (bench: Awaited<ReturnType<typeof chatBench>>): string =>
  bench.port.latest(-1).actions[0]?.[0]?.id ?? '';

describe('mistakes', () => {
  it('shows a caret, what was meant and a line to paste', async () => {
    const bench = await chatBench();
    await bench.port.say('@workflow inventory-validaton-v1 target_folder=0UT.3OX');
    expect(textOf(bench.port.latest(0))).toBe(
      [
        'CMD201 "inventory-validaton-v1" is not a command or a workflow (did you mean inventory-validation-v1?)',
        '  @workflow inventory-validaton-v1 target_folder=0UT…',
        '            ^^^^^^^^^^^^^^^^^^^^^^',
        'Try: @workflow inventory-validation-v1 target_folder=0UT.3OX',
      ].join('\n'),
    );
    expect(bench.port.reactions.map((one) => one.reaction)).toEqual(['seen', 'mistake']);
  });

  it('runs the corrected line for its author only, as the same message', async () => {
    const bench = await chatBench();
    await bench.port.say('@workflow inventory-validaton-v1 target_folder=0UT.3OX', { id: 'm7' });
    const id = corrected(bench);
    expect(id.length).toBeLessThanOrEqual(100);
    const other = await bench.port.press(id, { id: '2', name: 'Bo', roles: [], local: false });
    expect(textOf(other.reply)).toBe('Only Arc can run this line.');
    await bench.port.press(id);
    await bench.port.press(id);
    expect(bench.engine.started).toHaveLength(1);
    expect(bench.engine.started[0]?.key).toBe('memory:m7');
  });

  it('reads an edited message again for two minutes, and answers in place', async () => {
    const bench = await chatBench();
    const ref = await bench.port.say('@workflow statsu');
    await bench.port.change(ref, '@workflow stats');
    expect(bench.port.messages).toHaveLength(1);
    expect(textOf(bench.port.latest(0))).toContain('"stats" is not');
    await bench.clock.advance(121_000);
    await bench.port.change(ref, '@workflow ping');
    expect(textOf(bench.port.latest(0))).toContain('"stats" is not');
  });

  it('starts nothing by an edit once a run exists', async () => {
    const bench = await chatBench();
    const ref = await bench.port.say('@workflow inventory-validaton-v1 target_folder=a');
    await bench.port.change(ref, '@workflow inventory-validation-v1 target_folder=a');
    await bench.port.change(ref, '@workflow inventory-validation-v1 target_folder=b');
    await bench.idle();
    expect(bench.engine.started.map((one) => one.input['target_folder'])).toEqual([
      { type: 'text', text: 'a' },
    ]);
    expect(textOf(bench.port.latest(0))).toContain('Mended: RUN1 runs.');
  });

  it('maps wrong and missing inputs to where they were typed', async () => {
    const bench = await chatBench();
    bench.engine.nextStart({
      type: 'invalid_input',
      problems: [
        {
          input: 'targt_folder',
          code: 'INPUT_UNKNOWN',
          message: 'There is no input "targt_folder"',
          hint: null,
          expected: ['target_folder', 'strict_mode'],
        },
        {
          input: 'target_folder',
          code: 'INPUT_MISSING',
          message: 'target_folder is required',
          hint: null,
          expected: [],
        },
        {
          input: 'validation_level',
          code: 'INPUT_ENUM',
          message: '"minimum" is not allowed',
          hint: null,
          expected: ['minimal'],
        },
      ],
    });
    await bench.port.say(
      '@workflow inventory-validation-v1 targt_folder=x validation_level=minimum',
    );
    expect(textOf(bench.port.latest(0))).toBe(
      [
        'CMD202 There is no input "targt_folder"; accepted: target_folder',
        '  @workflow inventory-validation-v1 targt_folder=x validation_level=minimum',
        `${' '.repeat(36)}${'^'.repeat(12)}`,
        'CMD204 "minimum" is not allowed; accepted: minimal',
        '  …tion-v1 targt_folder=x validation_level=minimum',
        `${' '.repeat(43)}${'^'.repeat(7)}`,
        'Try: @workflow inventory-validation-v1 target_folder=x validation_level=minimal',
      ].join('\n'),
    );
  });

  it('never says more than eight lines, however many mistakes', async () => {
    const bench = await chatBench();
    const problems = ['a', 'b', 'c', 'd', 'e'].map((input) => ({
      input,
      code: 'INPUT_UNKNOWN',
      message: `There is no input "${input}"`,
      hint: null,
      expected: [],
    }));
    bench.engine.nextStart({ type: 'invalid_input', problems });
    await bench.port.say('@workflow inventory-validation-v1 a=1 b=1 c=1 d=1 e=1');
    const rows = textOf(bench.port.latest(0)).split('\n');
    expect(rows.length).toBeLessThanOrEqual(8);
    expect(rows).toContain('and 2 more');
  });

  it('shows what is missing', async () => {
    const bench = await chatBench();
    bench.engine.nextStart({
      type: 'invalid_input',
      problems: [
        {
          input: 'target_folder',
          code: 'INPUT_MISSING',
          message: 'target_folder is required',
          hint: null,
          expected: [],
        },
      ],
    });
    await bench.port.say('@workflow inventory-validation-v1');
    expect(textOf(bench.port.latest(0))).toContain(
      'CMD203 target_folder is required; accepted: target_folder=…',
    );
  });

  it('suggests only what the person may use', async () => {
    const definitions = [definitionWith(), definitionWith({ id: 'secret-flow' })];
    const bench = await chatBench({ engine: { definitions, forbidden: ['secret-flow'] } });
    await bench.port.say('@workflow secret-flwo');
    expect(textOf(bench.port.latest(0))).not.toContain('secret-flow');
    await bench.port.say('@workflow help');
    expect(textOf(bench.port.latest(1))).not.toContain('secret-flow');
  });

  it('answers an addressed message without a command, and no other', async () => {
    const bench = await chatBench();
    await bench.port.say('good morning');
    await bench.port.say('we use @workflow ping here');
    expect(bench.port.messages).toHaveLength(0);
    await bench.port.say('<@42>', { mentions: ['<@42>'] });
    expect(textOf(bench.port.latest(0))).toContain('@workflow help');
  });

  it('says honestly that something broke here', async () => {
    const bench = await chatBench();
    bench.engine.nextStart(new Error('ENOSPC: /secret/path'));
    await bench.port.say('@workflow inventory-validation-v1 target_folder=a');
    expect(textOf(bench.port.latest(0))).toContain('CHAT_COMMAND Something broke here');
    expect(textOf(bench.port.latest(0))).not.toContain('/secret');
  });

  it('understands "status" as an answer to a card, without prefix', async () => {
    const bench = await chatBench();
    await bench.port.say('@workflow inventory-validation-v1 target_folder=a');
    bench.engine.change(bench.run(), { tasks: [questionWith('approve')] });
    await bench.idle();
    const card = bench.port.messages[0]?.ref;
    if (card === undefined) throw new Error('no card');
    await bench.port.say('status', { replyTo: card });
    expect(textOf(bench.port.latest(-1))).toContain('RUN1');
    await bench.port.say('choose proceed_anyway fine by me', { replyTo: card });
    expect(bench.engine.operated).toMatchObject([{ option: 'PROCEED_ANYWAY', note: 'fine by me' }]);
  });
});
