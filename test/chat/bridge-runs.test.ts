import { describe, expect, it } from 'vitest';
import { ChatError } from '../../src/chat/port.ts';
import { createBridge } from '../../src/chat/bridge.ts';
import { createMemoryPort } from '../../src/chat/memory/memory-port.ts';
import { plainLine } from '../../src/chat/message.ts';
import { refToJson } from '../../src/chat/message-ref.ts';
import { chatBench, runView, textOf } from '../support/chat-bench.ts';
import { progressEvent } from '../support/fake-engine.ts';
import { attemptWith, iso, questionWith, START, taskWith, viewWith } from '../support/run-view.ts';

const LINE = '@workflow inventory-validation-v1 target_folder=0UT.3OX';

describe('from start to receipt', () => {
  it('acknowledges, posts one live card and paints it', async () => {
    const bench = await chatBench();
    const said = await bench.port.say(LINE);
    await bench.idle();
    expect(bench.port.reactions).toEqual([{ id: said.id, reaction: 'seen' }]);
    expect(bench.port.messages).toHaveLength(1);
    const [card] = bench.port.messages;
    expect(card?.replyTo?.id).toBe(said.id);
    expect(textOf(bench.port.latest(0))).toContain('○ queued scan');
    expect(bench.engine.recorded.map((one) => one.key)).toEqual(['card']);
    const run = bench.run();
    bench.engine.change(run, {
      progress: { done: 1, total: 2 },
      tasks: [taskWith('scan', { status: 'COMPLETED' }), taskWith('validate')],
    });
    await bench.idle();
    expect(textOf(bench.port.latest(0))).toContain('✓ done scan');
    expect(bench.port.messages).toHaveLength(1);
  });

  it('starts one run for one message, however often it comes', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE, { id: 'same' });
    await bench.port.say(LINE, { id: 'same' });
    await bench.idle();
    expect(bench.engine.started).toHaveLength(1);
    expect(bench.engine.started[0]?.key).toBe('memory:same');
    expect(bench.engine.started[0]?.origin).toMatchObject({ port: 'memory', channel: 'general' });
  });

  it('shows progress on schedule only', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    await bench.idle();
    const edits = (): number => (bench.port.messages[0]?.history.length ?? 0) - 1;
    for (let percent = 1; percent <= 20; percent += 1) {
      const progress = { percent, message: 'hashing', at: iso(bench.clock.now()) };
      const scan = taskWith('scan', { status: 'IN_PROGRESS', attempts: [attemptWith()], progress });
      bench.engine.change(bench.run(), { tasks: [scan] }, progressEvent);
      await bench.clock.advance(100);
    }
    expect(edits()).toBeLessThanOrEqual(2);
    await bench.clock.advance(2_000);
    expect(textOf(bench.port.latest(0))).toContain('20 % hashing');
  });

  it('ends with one new reply for the requester, receipt attached', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    await bench.idle();
    bench.engine.change(bench.run(), {
      status: 'COMPLETED',
      ended_at: iso(START + 61_000),
      created_at: iso(START),
      progress: { done: 2, total: 2 },
      receipt: '0UT.3OX/VALIDATION.RECEIPT.yaml',
      output: {
        compliance_status: 'PARTIAL',
        compliance_score: 88,
        total_files: 12,
        violations: [
          { severity: 'warning', message: 'old.tmp is forbidden' },
          { severity: 'critical', message: 'README.md is missing' },
        ],
      },
    });
    await bench.idle();
    bench.engine.change(bench.run(), {});
    await bench.idle();
    expect(bench.port.messages).toHaveLength(2);
    const final = bench.port.latest(1);
    expect(final.ping).toEqual({ users: ['1'], roles: [] });
    expect(final.files).toEqual([{ name: 'VALIDATION.RECEIPT.yaml', data: 'receipt: yes\n' }]);
    const text = textOf(final);
    expect(text).toContain('✓ done · PARTIAL · inventory-validation-v1');
    expect(text).toContain('score 88 · 12 files · 2 violations · 2/2 tasks');
    expect(text.indexOf('README.md')).toBeLessThan(text.indexOf('old.tmp'));
    expect(text).toContain('took 1 min 1 s');
    expect(text).toContain('@workflow inventory-validation-v1 target_folder=0UT.3OX');
    expect(text).toMatch(/sha256 [0-9a-f]{64}/);
    expect(textOf(bench.port.latest(0))).toContain('✓ done');
  });

  it('posts the end once although the answer to the post is lost', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    await bench.idle();
    bench.port.fail('post', 'lost');
    bench.engine.change(bench.run(), { status: 'COMPLETED', ended_at: iso(START + 1000) });
    await bench.clock.advance(30_000);
    expect(bench.port.messages).toHaveLength(2);
    expect(bench.engine.recorded.filter((one) => one.key === 'final')).toHaveLength(1);
  });

  it('tells the end of every generation', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    await bench.idle();
    const ended = { status: 'CANCELLED', ended_at: iso(START + 1000) } as const;
    bench.engine.change(bench.run(), ended);
    await bench.idle();
    bench.engine.change(bench.run(), { status: 'RUNNING', ended_at: null, generation: 2 });
    await bench.idle();
    bench.engine.change(bench.run(), ended);
    await bench.idle();
    expect(bench.engine.recorded.map((one) => one.key)).toEqual(['card', 'final', 'final:2']);
  });

  it('folds more than three live cards of a channel into one board', async () => {
    const bench = await chatBench();
    for (let index = 0; index < 6; index += 1) {
      await bench.port.say(LINE);
      await bench.clock.advance(5_000);
    }
    expect(bench.port.messages).toHaveLength(4);
    expect(textOf(bench.port.latest(3))).toContain('6 runs');
    expect(textOf(bench.port.latest(0))).toContain('on the board');
    for (const run of bench.runs()) {
      bench.engine.change(run, { status: 'COMPLETED', ended_at: iso(bench.clock.now()) });
    }
    await bench.clock.advance(60_000);
    expect(textOf(bench.port.latest(3))).toContain('✓ done 6');
    expect(textOf(bench.port.latest(0))).toContain('✓ done');
    // Six ends: every run has its own.
    expect(bench.port.messages).toHaveLength(10);
  });

  it('has another board budget in another channel', async () => {
    const bench = await chatBench();
    for (const channel of ['a', 'a', 'a', 'b']) await bench.port.say(LINE, { channel });
    await bench.idle();
    expect(bench.port.messages.map((one) => one.channel)).toEqual(['a', 'a', 'a', 'b']);
    expect(bench.engine.recorded.every((one) => one.key === 'card')).toBe(true);
  });
});

describe('after a restart', () => {
  it('finds the card again and paints it; posts only what is missing', async () => {
    const bench = await chatBench({ start: false });
    const ref = await bench.port.post('general', runView('old'), { nonce: 'x', replyTo: null });
    const question = questionWith('approve');
    bench.engine.hold(viewWith({ messages: { card: refToJson(ref) }, tasks: [question] }));
    await bench.bridge.start();
    await bench.idle();
    expect(bench.engine.recorded.map((one) => one.key)).toEqual(['approval:approve:1']);
    expect(bench.port.messages).toHaveLength(2);
    expect(textOf(bench.port.latest(0))).toContain('waiting for you Commander decides');
  });

  it('does the same again without saying anything twice', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    bench.engine.change(bench.run(), { tasks: [questionWith('approve')] });
    await bench.idle();
    const before = bench.port.messages.length;
    await bench.bridge.stop();
    const again = createBridge(bench.options);
    await again.start();
    await bench.idle();
    expect(bench.port.messages).toHaveLength(before);
  });

  it('tells ends that nobody was told of', async () => {
    const bench = await chatBench({ start: false });
    bench.engine.hold(viewWith({ status: 'COMPLETED', ended_at: iso(START) }));
    await bench.bridge.start();
    await bench.idle();
    expect(bench.engine.recorded.map((one) => one.key)).toEqual(['final']);
  });

  it('runs fresh missed messages and asks about stale ones', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE, { missed: true, at: bench.clock.now() - 60_000 });
    await bench.port.say(LINE, { missed: true, at: bench.clock.now() - 3_600_000 });
    await bench.idle();
    expect(bench.engine.started).toHaveLength(1);
    const asked = bench.port.messages.find(
      (one) => one.history[0]?.message.actions.length === 1 && one.history[0].message.card === null,
    );
    const id = asked?.history[0]?.message.actions[0]?.[0]?.id ?? '';
    expect(plainLine(asked?.history[0]?.message.text[0] ?? [])).toContain('Run it now?');
    const other = await bench.port.press(id, { id: '2', name: 'Bo', roles: [], local: false });
    expect(textOf(other.reply)).toContain('Only Arc');
    await bench.port.press(id);
    expect(bench.engine.started).toHaveLength(2);
    expect(textOf((await bench.port.press(id)).reply)).toContain('expired');
  });

  it('goes on when one chat cannot start', async () => {
    const bench = await chatBench({ start: false });
    const down = createMemoryPort({ clock: bench.clock, name: 'down' });
    const broken = { ...down, start: () => Promise.reject(new ChatError('unavailable', 'no')) };
    const bridge = createBridge({ ...bench.options, ports: [broken, bench.port] });
    await bridge.start();
    await bench.port.say(LINE);
    expect(bench.engine.started).toHaveLength(1);
    await expect(createBridge({ ...bench.options, ports: [broken] }).start()).rejects.toThrow('no');
  });
});
