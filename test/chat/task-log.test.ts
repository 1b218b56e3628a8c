/** What agents said, as people see it: on the card, in Details and Logs, in the failure notice. */
import { describe, expect, it } from 'vitest';
import { cardOf } from '../../src/chat/card/card-of.ts';
import { eventLines, lastLines } from '../../src/chat/event-line.ts';
import type { RecordedEvent, RunEvent } from '../../src/engine/events.ts';
import { toRunId } from '../../src/engine/ids.ts';
import { chatBench, textOf, type ChatBench } from '../support/chat-bench.ts';
import { attemptWith, iso, START, taskWith, viewWith } from '../support/run-view.ts';

const LINE = '@workflow inventory-validation-v1 target_folder=0UT.3OX';

const recorded = (...events: readonly RunEvent[]): readonly RecordedEvent[] =>
  events.map((event, index) => ({
    seq: index + 1,
    run: toRunId('wf-1795424400000-aaaaaaaaa') ?? expect.fail('no run id'),
    version: index + 1,
    index: 0,
    at: START,
    cause: 'test',
    event,
  }));

const logged = (count: number, dropped = 0): RunEvent => ({
  type: 'TaskLogged',
  task: 'scan',
  attempt: 1,
  lines: [
    { level: 'warn', message: 'disk\nnearly full', at: START + 7_000 },
    ...Array.from({ length: count }, (_, index) => ({
      level: 'info' as const,
      message: `line ${index + 1} ${'x'.repeat(300)}`,
      at: null,
    })),
  ],
  dropped,
});

const failure: RunEvent = {
  type: 'AttemptFailed',
  task: 'scan',
  attempt: 1,
  status: 'FAILED',
  error: { type: 'DiskError', message: 'full', retryable: null, retryAfter: null },
  output: {},
  agent: 'AGENT',
  answer: null,
};

const noisy = attemptWith({
  status: 'COMPLETED',
  ended_at: iso(START),
  log: {
    lines: [
      { level: 'warn', message: 'disk nearly full', at: iso(START) },
      { level: 'info', message: 'a word', at: iso(START) },
      { level: 'error', message: 'no *space* left', at: null },
    ],
    dropped: 4,
  },
});

const press = async (bench: ChatBench, label: string): Promise<string> => {
  const actions = bench.port.messages.flatMap((one) => one.history.at(-1)?.message.actions.flat());
  const id = actions.find((action) => action?.label === label)?.id;
  return textOf((await bench.port.press(id ?? '')).reply);
};

describe('what an agent said', () => {
  it('is a line each in the log, and all that is known of it', () => {
    const [event] = recorded(logged(1, 3));
    expect(event && eventLines(event)).toEqual([
      '09:00:00 scan … 3 more lines',
      '09:00:07 scan warn: disk nearly full',
      `09:00:00 scan info: line 1 ${'x'.repeat(300)}`,
    ]);
  });

  it('leaves room in a message for what became of it, and the warning stays', () => {
    const lines = lastLines(recorded(logged(49), failure), { most: 10, characters: 1_200 });
    expect(lines.join('\n').length).toBeLessThanOrEqual(1_200);
    expect(lines[0]).toMatch(/scan … \d+ more lines$/);
    expect(lines[1]).toContain('warn: disk nearly full');
    expect(lines.at(-1)).toContain('attempt 1 failed: DiskError: full');
    const few = lastLines(recorded(logged(49), failure), { most: 10, characters: 100 });
    expect(few).toEqual([expect.stringContaining('DiskError')]);
  });

  it('is on the card when it is a warning', () => {
    const view = viewWith({
      tasks: [taskWith('scan', { status: 'COMPLETED', attempts: [noisy] })],
    });
    expect(textOf(cardOf(view, START))).toContain('! no *space* left (and 1 more)');
  });

  it('is in Details and in Logs', async () => {
    const bench = await chatBench();
    await bench.port.say(LINE);
    bench.engine.change(bench.run(), {
      tasks: [taskWith('scan', { status: 'COMPLETED', attempts: [noisy] })],
    });
    bench.engine.happened(bench.run(), recorded(logged(1)));
    await bench.idle();
    const details = await press(bench, 'Details');
    expect(details).toContain('Last log lines');
    expect(details).toContain('… 4 more lines');
    expect(details).toContain('warn scan: disk nearly full');
    expect(await press(bench, 'Logs')).toContain('09:00:07 scan warn: disk nearly full');
    await bench.port.say('@workflow logs RUN1');
    await bench.idle();
    expect(textOf(bench.port.latest(1))).toContain('09:00:07 scan warn: disk nearly full');
  });

  it('is in the notice of the failure', async () => {
    const routes = [{ channel: 'ops', roles: [] }];
    const bench = await chatBench({ routes });
    await bench.port.say(LINE);
    bench.engine.happened(bench.run(), recorded(logged(49), failure));
    bench.engine.change(bench.run(), { status: 'FAILED', ended_at: iso(START), reason: 'scan: x' });
    await bench.idle();
    const notice = bench.port.messages.find(({ channel }) => channel === 'ops');
    const text = textOf(notice?.history.at(-1)?.message ?? null);
    expect(text).toContain('Last log lines');
    expect(text).toContain('warn: disk nearly full');
    expect(text).toContain('DiskError: full');
  });
});
