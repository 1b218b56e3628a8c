import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/chat/port.ts';
import type { ChatUser } from '../../src/chat/port.ts';
import { chatBench, textOf } from '../support/chat-bench.ts';
import type { ChatBench } from '../support/chat-bench.ts';
import { attemptWith, iso, questionWith, START, taskWith, viewWith } from '../support/run-view.ts';

const LINE = '@workflow inventory-validation-v1 target_folder=0UT.3OX';
const bo: ChatUser = { id: '2', name: 'Bo', roles: [], local: false };

const asked = async (parts: Parameters<typeof questionWith>[1] = {}): Promise<ChatBench> => {
  const bench = await chatBench();
  await bench.port.say(LINE);
  bench.engine.change(bench.run(), { tasks: [questionWith('approve', parts)] });
  await bench.idle();
  return bench;
};

const button = (bench: ChatBench, label: string): string => {
  const actions = bench.port.messages.flatMap((one) => one.history.at(-1)?.message.actions.flat());
  const found = actions.find((action) => action?.label === label);
  if (found === undefined) throw new Error(`There is no button ${label}`);
  return found.id;
};

describe('a question to a person', () => {
  it('is a new message that mentions who may answer, with a button per option', async () => {
    const bench = await asked();
    const question = bench.port.latest(1);
    expect(question.ping).toEqual({ users: ['9'], roles: ['Captain'] });
    expect(question.actions.flat().map((action) => action.label)).toEqual([
      'PROCEED_ANYWAY',
      'FIX_MANUALLY',
      'ABORT',
    ]);
    const text = textOf(question);
    expect(text).toContain('Proceed with 3 violations?');
    expect(text).toContain('Who may answer: L0:COMMANDER');
  });

  it('takes a click to the engine, and shows the outcome in the message', async () => {
    const bench = await asked();
    const pressed = await bench.port.press(button(bench, 'PROCEED_ANYWAY'));
    expect(pressed.acknowledged).toBe(true);
    expect(bench.engine.operated).toEqual([
      { type: 'choose', run: bench.run(), task: 'approve', option: 'PROCEED_ANYWAY', note: null },
    ]);
    const output = { approval_decision: 'PROCEED_ANYWAY', decided_by: 'Arc', notes: 'known gap' };
    const old = button(bench, 'FIX_MANUALLY');
    bench.engine.change(bench.run(), {
      tasks: [
        questionWith('approve', {
          status: 'COMPLETED',
          approval: null,
          output,
          attempts: [attemptWith({ status: 'COMPLETED', output })],
        }),
      ],
    });
    await bench.idle();
    expect(textOf(bench.port.latest(1))).toContain('Arc chose PROCEED_ANYWAY: "known gap"');
    expect(bench.port.latest(1).actions).toEqual([]);
    expect(bench.port.latest(1).ping).toEqual({ users: [], roles: [] });
    const late = await bench.port.press(old, bo);
    expect(textOf(late.reply)).toContain('Decided already: Arc chose PROCEED_ANYWAY');
    expect(bench.engine.operated).toHaveLength(1);
  });

  it('asks for a reason before it aborts', async () => {
    const bench = await asked();
    const { form } = await bench.port.press(button(bench, 'ABORT'));
    expect(form?.title).toBe('ABORT: why?');
    expect(bench.engine.operated).toEqual([]);
    await bench.port.press(form?.id ?? '', undefined, { reason: 'wrong folder' });
    expect(bench.engine.operated).toMatchObject([{ option: 'ABORT', note: 'wrong folder' }]);
  });

  it('shows a refusal to the one who pressed, and to nobody else', async () => {
    const bench = await asked();
    bench.engine.nextOperate({
      type: 'rejected',
      kind: 'refused',
      code: 'NOT_ALLOWED',
      message: 'approve is for L0',
      hint: 'ask a Captain',
    });
    const before = bench.port.messages.length;
    const pressed = await bench.port.press(button(bench, 'FIX_MANUALLY'), bo);
    expect(textOf(pressed.reply)).toBe('NOT_ALLOWED approve is for L0 (ask a Captain)');
    expect(bench.port.messages).toHaveLength(before);
  });

  it('says what sends the work back, and asks for a reason then', async () => {
    const details = { FIX_MANUALLY: { description: 'mend it by hand', back_to: 'scan' } };
    const bench = await asked({ approval: { ...questionWith('x').approval!, details } });
    expect(textOf(bench.port.latest(1))).toContain(
      'FIX_MANUALLY: mend it by hand; sends the work back to scan',
    );
    const pressed = await bench.port.press(button(bench, 'FIX_MANUALLY'));
    expect(pressed.form).toMatchObject({ title: 'FIX_MANUALLY: why?' });
  });

  it('reminds at half and at nine tenths of the time, once each', async () => {
    const reminders = [iso(START + 50_000), iso(START + 90_000)];
    const approval = { expires_at: iso(START + 100_000), reminders };
    const bench = await asked({ approval: { ...questionWith('x').approval!, ...approval } });
    await bench.clock.advance(49_000);
    expect(bench.port.messages).toHaveLength(2);
    await bench.clock.advance(2_000);
    expect(bench.port.messages).toHaveLength(3);
    await bench.clock.advance(48_000);
    expect(bench.port.messages).toHaveLength(4);
    expect(textOf(bench.port.latest(3))).toContain('is still open');
    expect(bench.port.latest(3).ping.roles).toEqual(['Captain']);
    expect(bench.port.messages[3]?.replyTo?.id).toBe(bench.port.messages[1]?.ref.id);
  });

  it('goes to the channel the task names, else to the route when nobody asked in a chat', async () => {
    const bench = await chatBench({
      routes: [{ channel: 'ops', roles: [] }],
      channels: ['ops', 'captains'],
    });
    const approval = questionWith('x').approval!;
    const named = questionWith('approve', {
      approval: { ...approval, channels: ['0UT.3OX/A', 'captains'] },
    });
    bench.engine.hold(viewWith({ origin: null, run: 'wf-1795424400000-bbbbbbbbb' }));
    bench.engine.change('wf-1795424400000-bbbbbbbbb', { tasks: [named] });
    bench.engine.hold(viewWith({ origin: { port: 'cli' }, run: 'wf-1795424400000-ccccccccc' }));
    bench.engine.change('wf-1795424400000-ccccccccc', { tasks: [questionWith('approve')] });
    await bench.idle();
    expect(bench.port.messages.map((one) => one.channel).toSorted()).toEqual(['captains', 'ops']);
  });
});

describe('a failure', () => {
  const routes = [
    { workflow: 'inv*', channel: 'ops', roles: ['Oncall'], fallback: 'fallback', owner: '77' },
  ];
  const failed = (
    parts: Partial<ReturnType<typeof viewWith>> = {},
  ): Partial<ReturnType<typeof viewWith>> => ({
    status: 'FAILED',
    reason: 'scan: FileSystemError: disk is gone',
    ended_at: iso(START + 1000),
    tasks: [
      taskWith('scan', {
        status: 'FAILED',
        attempts: [
          attemptWith({ error: { type: 'FileSystemError', message: 'x', retryable: null } }),
        ],
      }),
    ],
    ...parts,
  });
  const notices = (bench: ChatBench, channel = 'ops'): readonly string[] =>
    bench.port.messages
      .filter((one) => one.channel === channel)
      .map((one) => textOf(one.history.at(-1)?.message ?? null));

  it('is told to the team with a mention, besides the requester', async () => {
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    bench.engine.change(bench.run(), failed());
    await bench.idle();
    const [notice] = notices(bench);
    expect(notice).toContain('task scan: FileSystemError after 1 attempt');
    const message = bench.port.messages.find((one) => one.channel === 'ops')?.history[0]?.message;
    expect(message?.ping).toEqual({ users: [], roles: ['Oncall'] });
    expect(message?.actions.flat().map((one) => one.label)).toEqual(['Retry', 'Logs', "I'm on it"]);
  });

  it('pings once per incident and counts repeats; another hour is another incident', async () => {
    const bench = await chatBench({ routes });
    for (let index = 0; index < 3; index += 1) {
      await bench.port.say(LINE, { channel: `c${index}` });
      const run = bench.runs().at(-1) ?? '';
      bench.engine.change(run, failed());
      await bench.clock.advance(60_000);
    }
    expect(notices(bench)).toHaveLength(1);
    expect(notices(bench)[0]).toContain('(3 times)');
    const edits = bench.port.messages.find((one) => one.channel === 'ops')?.history.slice(1);
    expect(edits?.every((one) => one.message.ping.roles.length === 0)).toBe(true);
    await bench.clock.advance(3_600_000);
    await bench.port.say(LINE, { channel: 'c9' });
    bench.engine.change(bench.runs().at(-1) ?? '', failed());
    await bench.idle();
    expect(notices(bench)).toHaveLength(2);
  });

  it('falls back: channel, then owner, then nothing but the log', async () => {
    const no = new ChatError('forbidden', 'no access');
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    await bench.idle();
    bench.engine.change(bench.run(), { origin: null });
    bench.port.fail('post', no);
    bench.engine.change(bench.run(), failed());
    await bench.idle();
    expect(notices(bench, 'fallback')).toHaveLength(1);
    const other = await chatBench({ routes });
    other.engine.hold(viewWith({ origin: null }));
    other.port.fail('post', no, no);
    other.engine.change(viewWith().run, failed());
    await other.idle();
    expect(notices(other, 'user:77')).toHaveLength(1);
    const last = await chatBench({ routes });
    last.engine.hold(viewWith({ origin: null }));
    last.port.fail('post', no, no, no);
    last.engine.change(viewWith().run, failed());
    await last.idle();
    expect(last.port.messages).toHaveLength(0);
  });

  it('shows who is on it and what the failure workflow did', async () => {
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    const failureRun = 'wf-1795424400000-fffffffff';
    bench.engine.hold(
      viewWith({ run: failureRun, handle: 'FFFF', origin: null, failure_of: bench.run() }),
    );
    bench.engine.change(bench.run(), failed({ failure_run: failureRun }));
    await bench.idle();
    await bench.port.press(button(bench, "I'm on it"), bo);
    bench.engine.change(failureRun, {
      status: 'COMPLETED',
      tasks: [taskWith('log_to_incident', { status: 'COMPLETED' })],
    });
    await bench.idle();
    const [notice] = notices(bench);
    expect(notice).toContain('Bo is on it');
    expect(notice).toContain('Failure workflow FFFF (completed): log_to_incident completed');
    // The failure workflow has no card, no end and no notice of its own.
    expect(bench.port.messages).toHaveLength(3);
  });

  it('finds its notice again after a restart, and counts on', async () => {
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    bench.engine.change(bench.run(), failed());
    await bench.idle();
    await bench.bridge.stop();
    const { createBridge } = await import('../../src/chat/bridge.ts');
    await createBridge(bench.options).start();
    await bench.idle();
    await bench.port.say(LINE, { channel: 'other' });
    bench.engine.change(bench.runs().at(-1) ?? '', failed());
    await bench.idle();
    expect(notices(bench)).toHaveLength(1);
    expect(notices(bench)[0]).toContain('(2 times)');
  });

  it('says alerts of the monitoring once, on the same routes', async () => {
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    const alert = { key: 'a1', action: 'alert_performance_issue', detail: 'slow', at: iso(START) };
    bench.engine.change(bench.run(), { alerts: [alert] });
    bench.engine.change(bench.run(), { progress: { done: 1, total: 2 } });
    await bench.idle();
    expect(notices(bench)).toEqual([
      '@Oncall warning: alert_performance_issue in inventory-validation-v1 RUN1: slow',
    ]);
  });
});
