/** What agents say: kept within limits, recorded with the answer, shown on the attempt. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptLog, LogLine } from '../../src/engine/answers.ts';
import { createLogTail, IN_VIEW, joinLogs, JOURNALED } from '../../src/engine/attempt-log.ts';
import { viewOf } from '../../src/engine/view.ts';
import { retry, simple, workflow } from '../support/engine-definitions.ts';
import { only, START, start, types } from '../support/engine.ts';

const line = (message: string, level: LogLine['level'] = 'info', at = START): LogLine => ({
  level,
  message,
  at,
});

const same = (one: LogLine, other: LogLine): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const logOf = (...lines: readonly LogLine[]): AttemptLog => ({ lines, dropped: 0 });

const answering = (log: AttemptLog | null, attempt = 1) => ({
  task: 'a',
  attempt,
  lease: null,
  agent: 'AGENT',
  answer: `a~${attempt}~${log?.lines.length ?? 0}`,
  log,
});

const error = { type: 'AgentError', message: 'no', retryable: null, retryAfter: null };

describe('a log', () => {
  it('keeps its limits and counts what it left out, whatever is said', () => {
    const levels = fc.constantFrom('debug', 'info', 'warn', 'error');
    const said = fc.array(
      fc.record({
        level: levels,
        message: fc.string({ unit: 'binary', minLength: 1, maxLength: 120 }),
        at: fc.integer({ min: 0 }),
      }),
      { maxLength: 60 },
    );
    const limits = { lines: 8, characters: 300, line: 60 };
    fc.assert(
      fc.property(said, (lines) => {
        const kept = joinLogs([logOf(...lines)], limits);
        const all = joinLogs([logOf(...lines)], { lines: 1e9, characters: 1e9, line: 60 });
        expect((kept?.lines.length ?? 0) + (kept?.dropped ?? 0)).toBe(all?.lines.length ?? 0);
        expect(kept?.lines.length ?? 0).toBeLessThanOrEqual(limits.lines);
        const size = kept?.lines.reduce((sum, { message }) => sum + message.length, 0) ?? 0;
        expect(size).toBeLessThanOrEqual(limits.characters);
        for (const { message } of kept?.lines ?? []) {
          expect(message.length).toBeLessThanOrEqual(limits.line);
          expect(message).not.toMatch(/\p{Surrogate}/u);
        }
        // In their order, and once more changes nothing.
        let from = 0;
        for (const one of kept?.lines ?? []) {
          const found = all?.lines.findIndex((any, index) => index >= from && same(any, one)) ?? -1;
          expect(found).toBeGreaterThanOrEqual(from);
          from = found + 1;
        }
        expect(joinLogs([kept], limits)).toEqual(kept);
      }),
    );
  });

  it('keeps errors before warnings before the rest, and of each the last', () => {
    const tail = createLogTail({ lines: 4, characters: 1_000, line: 100 });
    tail.add(line('first error', 'error'));
    tail.add(line('first warning', 'warn'));
    for (let count = 1; count <= 100; count += 1) tail.add(line(`line ${count}`));
    tail.add(line('detail', 'debug'));
    expect(tail.log()).toEqual({
      lines: [
        line('first error', 'error'),
        line('first warning', 'warn'),
        line('line 99'),
        line('line 100'),
      ],
      dropped: 99,
    });
    for (let count = 1; count <= 4; count += 1) tail.add(line(`warning ${count}`, 'warn'));
    expect(tail.log()?.lines.map(({ message }) => message)).toEqual([
      'first error',
      'warning 2',
      'warning 3',
      'warning 4',
    ]);
  });

  it('holds nothing that a terminal obeys, and no empty line', () => {
    const said = logOf(line('\u001b[31mred\u001b[0m \u202eabc\n'), line('\u001b[0m'), line('  '));
    expect(joinLogs([said], JOURNALED)).toEqual(logOf(line('red abc')));
    expect(joinLogs([logOf(line(''))], JOURNALED)).toBeNull();
  });
});

describe('what an agent said', () => {
  it('is recorded before what its answer leads to, and shown on the attempt', () => {
    const run = start(workflow([simple('a')]));
    const log = { lines: [line('disk nearly full', 'warn', START + 5)], dropped: 2 };
    const events = run.when({ type: 'CompleteTask', ...answering(log), output: {} });
    expect(types(events)).toEqual(['TaskLogged', 'TaskCompleted', 'RunEnded']);
    expect(only(events, 'TaskLogged')).toEqual([
      { type: 'TaskLogged', task: 'a', attempt: 1, ...log },
    ]);
    expect(viewOf(run.state, { version: 1 }).tasks[0]?.attempts[0]?.log).toEqual({
      lines: [
        { level: 'warn', message: 'disk nearly full', at: new Date(START + 5).toISOString() },
      ],
      dropped: 2,
    });
  });

  it('is kept of every attempt that failed', () => {
    const run = start(workflow([simple('a', { retry: retry({ maxAttempts: 2 }) })]));
    for (const attempt of [1, 2]) {
      const log = logOf(line(`try ${attempt}`, 'error'));
      run.when({ type: 'FailTask', ...answering(log, attempt), error, output: {} });
      run.after(3_600_000);
    }
    const attempts = viewOf(run.state, { version: 1 }).tasks[0]?.attempts;
    expect(attempts?.map(({ log }) => log?.lines[0]?.message)).toEqual(['try 1', 'try 2']);
  });

  it('adds up over deferrals, shorter in the state than in the journal', () => {
    const run = start(workflow([simple('a')]));
    const many = (from: number) =>
      logOf(...Array.from({ length: 60 }, (_, index) => line(`line ${from + index}`)));
    run.when({ type: 'DeferTask', ...answering(many(1)), after: 1_000 });
    run.after(1_000);
    run.when({ type: 'CompleteTask', ...answering(many(101)), answer: 'later', output: {} });
    const [first, second] = only(run.history, 'TaskLogged');
    expect([first?.lines.length, first?.dropped]).toEqual([JOURNALED.lines, 10]);
    expect(second?.lines.at(-1)?.message).toBe('line 160');
    const shown = viewOf(run.state, { version: 1 }).tasks[0]?.attempts[0]?.log;
    expect(shown?.lines.at(-1)?.message).toBe('line 160');
    expect([shown?.lines.length, shown?.dropped]).toEqual([IN_VIEW.lines, 110]);
  });

  it('is not recorded with an answer that changes nothing', () => {
    const run = start(workflow([simple('a'), simple('b')]));
    const log = logOf(line('hello'));
    const late = { type: 'CompleteTask', ...answering(log), output: {} } as const;
    expect(types(run.when({ ...late, attempt: 7 }))).toEqual(['AnswerIgnored']);
    run.complete('a');
    expect(types(run.when({ ...late, answer: 'again' }))).toEqual(['AnswerIgnored']);
  });

  it('is nothing for journals of versions that kept none', () => {
    const run = start(workflow([simple('a')]));
    expect(types(run.complete('a'))).toEqual(['TaskCompleted', 'RunEnded']);
    expect(viewOf(run.state, { version: 1 }).tasks[0]?.attempts[0]?.log).toBeNull();
  });

  it('is at least its last progress when a time limit ends the attempt', () => {
    const run = start(workflow([simple('a', { timeout: 60_000 })]));
    run.when({
      type: 'ReportProgress',
      task: 'a',
      attempt: 1,
      percent: 40,
      message: 'reading big.iso',
    });
    const [failed] = only(run.after(60_000), 'AttemptFailed');
    expect(failed?.error.message).toBe(
      'no answer from AGENT within 1m (timeout); it last said: 40 % reading big.iso',
    );
  });
});
