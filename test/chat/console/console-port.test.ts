import { afterEach, describe, expect, it } from 'vitest';
import { finished } from '../../../src/chat/console/finished.ts';
import { consoleBench } from '../../support/console-bench.ts';
import type { ConsoleBench } from '../../support/console-bench.ts';
import { attemptWith, iso, questionWith, START, taskWith } from '../../support/run-view.ts';

const LINE = 'inventory-validation-v1 target_folder=0UT.3OX';
const open: ConsoleBench[] = [];

const bench = async (parts: Parameters<typeof consoleBench>[0]): Promise<ConsoleBench> => {
  const made = await consoleBench(parts);
  open.push(made);
  return made;
};

afterEach(async () => {
  for (const one of open.splice(0)) await one.bridge.stop();
});

const ended = {
  status: 'COMPLETED',
  ended_at: iso(START + 12_000),
  progress: { done: 2, total: 2 },
} as const;

const codeOf = (one: ConsoleBench, interactive = false): Promise<number> =>
  finished({
    ended: one.console.ended,
    interactive,
    session: one.bridge.session('console'),
    idle: () => one.console.idle(),
    settled: () => one.bridge.settled(),
  });

describe('console on a terminal', () => {
  it('shows the prompt only when everything is ready', async () => {
    const { console: port, screen, settle } = await bench({ interactive: true });
    expect(screen.rows()).toEqual(['']);
    port.print(['station: example']);
    port.ready();
    await settle();
    expect(screen.rows()).toEqual(['station: example', '>']);
  });

  it('keeps the live card above the half-typed line', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    await one.type(`${LINE}\r`);
    await one.type('sta');
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, {
      tasks: [
        taskWith('scan', { status: 'IN_PROGRESS', attempts: [attemptWith()] }),
        taskWith('validate'),
      ],
    });
    await one.settle();
    await one.clock.advance(5_000);
    const rows = one.screen.rows();
    expect(rows[0]).toBe(`> ${LINE}`);
    expect(rows.filter((row) => row.includes('◐ running · inventory-validation-v1'))).toHaveLength(
      1,
    );
    expect(rows).toContain('  ◐ running scan · 5 s ago');
    expect(rows.at(-1)).toBe('> sta');
    expect(one.screen.cursor.column).toBe(5);
    await one.type('tus\r');
    expect(one.screen.rows().filter((row) => row.startsWith('> status'))).toHaveLength(1);
  });

  it('keeps it there when the line wraps, and prints the end above', async () => {
    const one = await bench({ interactive: true, columns: 60 });
    one.console.ready();
    await one.type(`${LINE}\r`);
    await one.type('x'.repeat(130));
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, ended);
    await one.settle();
    const rows = one.screen.rows();
    expect(rows.slice(-3).join('')).toBe(`> ${'x'.repeat(130)}`);
    expect(rows.filter((row) => row.startsWith('✓ done'))).toHaveLength(2);
    expect(rows.some((row) => row.includes('has ended'))).toBe(true);
    expect(rows.some((row) => row.includes('queued'))).toBe(true);
  });

  it('asks questions as numbered options, and for a reason in the prompt', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    await one.type(`${LINE}\r`);
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, { tasks: [questionWith('approve')], waiting_for: 'person' });
    await one.settle();
    expect(one.screen.rows()).toContain(
      '  1) PROCEED_ANYWAY   2) FIX_MANUALLY   3) ABORT   (type a number)',
    );
    await one.type('3\r');
    expect(one.screen.rows().at(-1)).toBe('> ABORT: why? Reason:'.slice(2));
    await one.type('wrong folder\r');
    expect(one.engine.operated).toMatchObject([{ option: 'ABORT', note: 'wrong folder' }]);
    expect(one.screen.rows().at(-1)).toBe('>');
    await one.type('2\r');
    expect(one.engine.operated).toMatchObject([{}, { option: 'FIX_MANUALLY', note: null }]);
  });

  it('marks notices of the team’s route', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    await one.type(`${LINE}\r`);
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, { ...ended, status: 'FAILED', reason: 'scan: AgentError: no' });
    await one.settle();
    const rows = one.screen.rows();
    expect(rows).toContain('▌ #team');
    expect(rows).toContain('▌ @Oncall inventory-validation-v1 RUN1 has failed');
    expect(rows.some((row) => /^▌ +1\) Retry {3}2\) I'm on it/.test(row))).toBe(true);
  });

  it('completes with Tab', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    await one.type('inv');
    await one.type('\t');
    expect(one.screen.rows().at(-1)).toBe('> inventory-validation-v1');
  });

  it('clears the line with the first Ctrl-C and leaves with the second', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    const code = codeOf(one, true);
    await one.type('half a li');
    await one.type('\u0003');
    expect(one.screen.rows().at(-1)).toBe('>');
    await one.type('\u0003');
    expect(await code).toBe(130);
    expect(one.screen.all().join('\n')).toContain('runs continue when you start again');
  });

  it('takes control sequences out of what others wrote', async () => {
    const one = await bench({ interactive: true });
    one.console.ready();
    await one.type('\u001b[200~nonsense\u001b[201~\r');
    one.console.print([]);
    await one.type(`${LINE}\r`);
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, { tasks: [taskWith('scan', { name: 'a\u001b[2Jb\u202ec' })] });
    await one.settle();
    expect(one.screen.rows().join('\n')).toContain('○ queued abc');
  });
});

describe('console on a pipe', () => {
  it('carries out every line and ends with the run’s exit code', async () => {
    const one = await bench({ interactive: false });
    const code = codeOf(one);
    one.input.end(`${LINE}\n`);
    await one.settle();
    expect(one.engine.started).toHaveLength(0);
    one.console.ready();
    await one.settle();
    expect(one.engine.started).toHaveLength(1);
    const [run = ''] = one.engine.live().map((view) => view.run);
    one.engine.change(run, {
      tasks: [taskWith('scan', { status: 'COMPLETED' }), taskWith('validate')],
    });
    await one.clock.advance(2_000);
    one.engine.change(run, ended);
    await one.settle();
    expect(await code).toBe(0);
    const rows = one.screen.all();
    expect(rows.filter((row) => row.includes('○ queued scan'))).toHaveLength(1);
    expect(rows).toContain('RUN1 ✓ done scan');
    expect(rows.filter((row) => row.includes('queued validate'))).toHaveLength(1);
    expect(rows.some((row) => row.includes('attached: RECEIPT'))).toBe(false);
    expect(rows.some((row) => row.includes('has ended'))).toBe(true);
    expect(rows.some((row) => row.startsWith('>'))).toBe(false);
  });

  it.each([
    ['a failed run', { ...ended, status: 'FAILED' as const }, 1],
    ['a cancelled run', { ...ended, status: 'CANCELLED' as const }, 6],
    ['a run that waits for a person', { waiting_for: 'person' as const }, 5],
  ])('ends with the code of %s', async (_name, parts, expected) => {
    const one = await bench({ interactive: false });
    const code = codeOf(one);
    one.console.ready();
    one.input.end(`${LINE}\n`);
    await one.settle();
    one.engine.change(one.engine.live()[0]?.run ?? '', parts);
    await one.settle();
    expect(await code).toBe(expected);
  });

  it('ends with 2 after a mistake, and shows it', async () => {
    const one = await bench({ interactive: false, unicode: false });
    const code = codeOf(one);
    one.console.ready();
    one.input.end('@workflow inventory-validaton-v1\n');
    await one.settle();
    expect(await code).toBe(2);
    expect(one.screen.all()).toContain('Try: @workflow inventory-validation-v1');
  });

  it('speaks ASCII where it must', async () => {
    const one = await bench({ interactive: false, unicode: false });
    one.console.ready();
    await one.type(`${LINE}\n`);
    expect(one.screen.all().join('\n')).toMatch(/^[\x20-\x7e\n]*$/);
    expect(one.screen.all()).toContain('  o queued scan');
  });
});
