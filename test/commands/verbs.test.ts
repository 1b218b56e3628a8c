import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { ask, fakeEngine, wordsOf } from '../support/command-request.ts';
import { definitionWith } from '../support/fake-engine.ts';
import { questionWith, START, taskWith, viewWith } from '../support/run-view.ts';

const other = viewWith({
  run: 'wf-1795424400000-bbbbbbbbb',
  handle: '9XYZ',
  requester: 'user:2',
  origin: { port: 'memory', channel: 'elsewhere', message: 'm', user: '2', at: START },
});

describe('verbs', () => {
  it('has each verb once, with a line of help', () => {
    const verbs = commands.map((command) => command.verb);
    expect(new Set(verbs).size).toBe(verbs.length);
    expect(commands.every((one) => one.usage.startsWith(one.verb) && one.summary !== '')).toBe(
      true,
    );
  });

  it('status shows mine and this channel’s', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith());
    engine.hold(other);
    expect(await ask(engine, 'status')).toMatchObject({ type: 'runs', runs: [{ handle: '7F3K' }] });
    expect(await ask(engine, 'status 9x')).toMatchObject({ type: 'run', view: { handle: '9XYZ' } });
    expect(await ask(engine, 'status', { replyTo: other.run })).toMatchObject({ type: 'run' });
    const failed = await ask(engine, 'status failed since=24h workflow=inv*');
    expect(failed).toMatchObject({ type: 'runs', runs: [] });
    expect(wordsOf(await ask(engine, 'status failed since=soon'))).toContain('is no duration');
  });

  it('takes the only run it could be about, and asks when there are several', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith());
    await ask(engine, 'pause');
    expect(engine.operated).toEqual([{ type: 'pause', run: viewWith().run, note: null }]);
    engine.hold(other);
    const reply = await ask(engine, 'cancel');
    expect(reply).toMatchObject({
      type: 'mistake',
      mistake: { problems: [{ code: 'CMD203', expected: ['7F3K', '9XYZ'] }] },
    });
  });

  it('passes a note, from the key or from the words behind the run', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith());
    await ask(engine, 'cancel 7f3k wrong folder');
    await ask(engine, 'cancel 7f3k note="wrong folder"');
    expect(engine.operated.map((one) => one.note)).toEqual(['wrong folder', 'wrong folder']);
  });

  it('goes back from a task, or with another input, and skips with an output', async () => {
    const engine = fakeEngine();
    const { run } = viewWith();
    engine.hold(viewWith({ tasks: [taskWith('scan'), taskWith('load')] }));
    await ask(engine, 'rerun --dry-run 7F3K scan note=again');
    await ask(engine, 'rerun 7F3K target_folder=b --latest');
    await ask(engine, 'restart 7F3K');
    await ask(engine, 'skip 7F3K LOAD output={score: 3} by hand');
    const rerun = { type: 'rerun', run, note: null, input: null, latest: false };
    expect(engine.operated).toEqual([
      { ...rerun, task: 'scan', note: 'again' },
      {
        ...rerun,
        task: null,
        latest: true,
        input: { target_folder: { type: 'text', text: 'b' } },
      },
      { ...rerun, task: null },
      { type: 'skip', run, task: 'load', output: { score: 3 }, note: 'by hand' },
    ]);
    expect(await ask(engine, 'rerun 7F3K scna')).toMatchObject({
      type: 'mistake',
      mistake: { corrected: 'rerun 7F3K scan', problems: [{ code: 'CMD208' }] },
    });
    expect(wordsOf(await ask(engine, 'skip 7F3K'))).toBe('Which task is skipped?');
    await ask(engine, 'signal 7F3K delivered output={by: 3} at last');
    expect(engine.operated.at(-1)).toEqual({
      type: 'signal',
      run,
      name: 'delivered',
      output: { by: 3 },
      note: 'at last',
    });
    expect(wordsOf(await ask(engine, 'explain 7F3K scan'))).toContain('scan');
  });

  it('tells an unknown and an ambiguous run apart', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith({ handle: 'AAA1' }));
    engine.hold({ ...other, handle: 'AAA2' });
    expect(wordsOf(await ask(engine, 'why aaa'))).toBe('"aaa" could be AAA1, AAA2');
    expect(wordsOf(await ask(engine, 'why zzz'))).toBe('No run is called "zzz"');
    expect(await ask(engine, 'why aaa1')).toMatchObject({ type: 'why', handle: 'AAA1' });
  });

  it('answers questions by approve, reject and choose', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith({ tasks: [taskWith('scan'), questionWith('approve')] }));
    await ask(engine, 'approve 7F3K note="fine"');
    await ask(engine, 'choose 7F3K proceed_anyway');
    await ask(engine, 'choose 7F3K approve ABORT no time');
    await ask(engine, 'choose FIX_MANUALLY', { replyTo: viewWith().run });
    expect(engine.operated).toMatchObject([
      { option: 'APPROVE', task: null, note: 'fine' },
      { option: 'PROCEED_ANYWAY', task: null, note: null },
      { option: 'ABORT', task: 'approve', note: 'no time' },
      { option: 'FIX_MANUALLY' },
    ]);
    const reply = await ask(engine, 'choose 7F3K PROCEDE_ANYWAY');
    expect(reply).toMatchObject({
      type: 'mistake',
      mistake: { corrected: 'choose 7F3K PROCEED_ANYWAY', problems: [{ code: 'CMD206' }] },
    });
  });

  it('passes the engine’s refusals on', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith());
    const rejection = {
      type: 'rejected',
      kind: 'refused',
      code: 'RUN_ENDED',
      message: 'it has ended',
      hint: null,
    } as const;
    engine.nextOperate(rejection);
    expect(await ask(engine, 'resume 7F3K')).toEqual({ type: 'refused', rejection });
  });

  it('sends receipts with their hash', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith({ receipt: '0UT.3OX/VALIDATION.RECEIPT.yaml' }));
    const reply = await ask(engine, 'receipt');
    expect(reply).toMatchObject({
      type: 'file',
      name: 'VALIDATION.RECEIPT.yaml',
      data: 'receipt: yes\n',
    });
    expect(wordsOf(reply)).toMatch(/sha256 [0-9a-f]{64}/);
    engine.hold(viewWith());
    expect(wordsOf(await ask(engine, 'receipt 7F3K'))).toContain('no receipt');
  });

  it('lists and describes only what there is and what one may', async () => {
    const definitions = [definitionWith(), definitionWith({ id: 'hidden' })];
    const engine = fakeEngine({ definitions, forbidden: ['hidden'] });
    const list = wordsOf(await ask(engine, 'list'));
    expect(list).toContain('inventory-validation-v1 v1 · Checks a folder');
    expect(list).not.toContain('hidden');
    const described = wordsOf(await ask(engine, 'describe inventory-validation-v1'));
    expect(described).toContain(
      'validation_level (string, default "standard", one of minimal, standard)',
    );
    expect(wordsOf(await ask(engine, 'describe inventory-validaton-v1'))).toContain(
      'not a workflow',
    );
    expect(await ask(engine, 'can-i run hidden')).toMatchObject({ type: 'refused' });
    expect(wordsOf(await ask(engine, 'can-i inventory-validation-v1'))).toContain('Yes');
  });

  it('says what one may do to a run, by a dry run', async () => {
    const engine = fakeEngine();
    engine.hold(viewWith({ tasks: [questionWith('review')] }));
    const rejected = {
      type: 'rejected',
      kind: 'refused',
      message: 'it has ended',
      hint: null,
    } as const;
    expect(wordsOf(await ask(engine, 'can-i cancel 7F3K'))).toBe('Yes, Arc may cancel 7F3K.');
    engine.nextOperate({ ...rejected, code: 'RUN_ENDED' });
    expect(wordsOf(await ask(engine, 'can-i pause 7F3K'))).toContain('But not now: it has ended.');
    engine.nextOperate({ ...rejected, code: 'NOT_ALLOWED' });
    expect(await ask(engine, 'can-i approve 7F3K')).toMatchObject({ type: 'refused' });
    expect(engine.operated.at(-1)).toMatchObject({ type: 'choose', task: 'review' });
    expect(wordsOf(await ask(engine, 'can-i pause zzz'))).toContain('No run is called');
  });

  it('knows itself', async () => {
    const engine = fakeEngine();
    expect(wordsOf(await ask(engine, 'whoami'))).toContain('Arc (user:1)');
    expect(wordsOf(await ask(engine, 'ping'))).toContain('pong');
    expect(wordsOf(await ask(engine, 'validate'))).toContain('no problems');
    const help = wordsOf(await ask(engine, 'help'));
    expect(help).toContain('cancel ends');
    // One Discord message, with room for the names of a station's workflows.
    expect(help.length).toBeLessThan(1500);
    expect(wordsOf(await ask(engine, 'help cancel'))).toContain('cancel <run>');
    expect(wordsOf(await ask(engine, 'help cancel'))).toContain('ends a run');
    expect(wordsOf(await ask(engine, 'agents'))).toContain('Nothing is known');
    const up = {
      icon: '✓',
      name: 'FILE_SCANNER_AGENT',
      summary: 'up · builtin · 1 running',
      notes: ['last failure 3 s ago'],
    };
    const sources = {
      readReceipt: () => Promise.resolve(null),
      agents: () => Promise.resolve([up]),
    };
    expect(wordsOf(await ask(engine, 'agents', { sources }))).toBe(
      '✓ FILE_SCANNER_AGENT up · builtin · 1 running\n    last failure 3 s ago',
    );
  });
});
