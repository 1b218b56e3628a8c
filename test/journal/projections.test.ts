import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/lib/manual-clock.ts';
import { createExecutionLog } from '../../src/journal/execution-log.ts';
import { createStateFile } from '../../src/journal/state-file.ts';
import { hostWithClock } from '../support/host/host-with-clock.ts';
import { temporaryFolder } from './support.ts';

const turn = () => new Promise(setImmediate);

/** Waits for a condition that another part of this process brings about. */
const until = async (condition: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition never came true');
    await turn();
  }
};

describe('the state file', () => {
  test('shows all runs, whole, as a mapping by run', async () => {
    const path = join(temporaryFolder(), 'workflow.state.yaml');
    const state = createStateFile({ path });
    const shared = { list: [1, 'two', null, { ü: '⧗ "x": y\n' }] };
    state.update('wf-1', () => ({ status: 'RUNNING', input: shared, again: shared }));
    state.update('wf-2', () => ({ status: 'PAUSED', input: {}, tasks: [] }));
    await state.flush();
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('&ref');
    expect(load(text)).toEqual({
      'wf-1': { status: 'RUNNING', input: shared, again: shared },
      'wf-2': { status: 'PAUSED', input: {}, tasks: [] },
    });
    state.update('wf-1', null);
    state.update('wf-2', null);
    await state.close();
    expect(load(readFileSync(path, 'utf8'))).toEqual({});
  });

  test('is written after a pause that grows with what a write costs', async () => {
    const path = join(temporaryFolder(), 'state.yaml');
    const clock = createManualClock(0);
    let spent = 0;
    // Each look at the time finds it 5 ms later, so that a write seems to take some.
    const monotonic = () => clock.now() + (spent += 5);
    const state = createStateFile({
      path,
      host: hostWithClock({ ...clock, monotonic }),
      pause: 50,
    });
    state.update('a', () => 1);
    await clock.advance(0);
    await until(() => existsSync(path));
    await turn();
    state.update('a', () => 2);
    const wait = (clock.next() ?? 0) - clock.now();
    expect(wait).toBeGreaterThan(90);
    await clock.advance(50);
    expect(load(readFileSync(path, 'utf8'))).toEqual({ a: 1 });
    await clock.advance(2_000);
    await until(() => readFileSync(path, 'utf8') === 'a: 2\n');
    await state.close();
  });

  test('is whole and parseable whenever somebody looks', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state.yaml');
    const state = createStateFile({ path, pause: 0 });
    const count = 200;
    const set = (value: number): void => {
      for (let run = 0; run < count; run += 1)
        state.update(`wf-${run}`, () => ({ value, text: 'x'.repeat(50) }));
    };
    set(0);
    await state.flush();
    const writer = (async () => {
      for (let value = 1; value <= 15; value += 1) {
        set(value);
        await state.flush();
      }
    })();
    for (let look = 0; look < 25; look += 1) {
      const seen: unknown = load(readFileSync(path, 'utf8'));
      const values = Object.values(seen ?? {}).map((entry: { value: number }) => entry.value);
      expect(values).toHaveLength(count);
      expect(new Set(values).size).toBe(1);
      await turn();
    }
    await writer;
    await state.close();
    expect(readdirSync(folder)).toEqual(['state.yaml']);
  });

  test('nothing is written while paused; a failed write is reported and tried again', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'state.yaml');
    const clock = createManualClock(0);
    const errors: unknown[] = [];
    const options = { path, host: hostWithClock(clock), paused: true };
    const state = createStateFile({ ...options, onError: (error) => errors.push(error) });
    state.update('a', () => 1);
    expect(clock.next()).toBeNull();
    // A folder in the way.
    mkdirSync(join(path, 'in the way'), { recursive: true });
    state.resume();
    await clock.advance(0);
    await until(() => errors.length === 1);
    rmdirSync(join(path, 'in the way'));
    rmdirSync(path);
    await clock.advance(1000);
    await until(() => existsSync(path));
    await state.close();
    expect(load(readFileSync(path, 'utf8'))).toEqual({ a: 1 });
  });
});

describe('the execution log', () => {
  const line = (seq: number, index = 0) => ({
    seq,
    index,
    at: Date.UTC(2025, 9, 7, 14, 20),
    text: `run ${seq}.${index} happened`,
  });

  test('one line per event with both times; nothing can break a line', async () => {
    const path = join(temporaryFolder(), 'workflow.execution.log');
    const log = createExecutionLog({ path });
    log.append([line(1), { ...line(1, 1), text: 'two\nlines \u001b[31mred' }]);
    log.append([line(2)]);
    await log.close();
    expect(readFileSync(path, 'utf8')).toBe(
      '⧗-25.61.1420 2025-10-07T14:20:00.000Z #1.0 run 1.0 happened\n' +
        '⧗-25.61.1420 2025-10-07T14:20:00.000Z #1.1 two lines red\n' +
        '⧗-25.61.1420 2025-10-07T14:20:00.000Z #2.0 run 2.0 happened\n',
    );
  });

  test('what is taken right after a write is written without anything else coming', async () => {
    const path = join(temporaryFolder(), 'workflow.execution.log');
    const log = createExecutionLog({ path });
    log.append([line(1)]);
    log.append([line(2)]);
    await new Promise(setImmediate);
    expect(readFileSync(path, 'utf8').match(/#[12]\.0/gu)).toEqual(['#1.0', '#2.0']);
    await log.close();
  });

  test('after a restart no line comes twice, and a half one is made whole', async () => {
    const path = join(temporaryFolder(), 'log');
    const first = createExecutionLog({ path });
    first.append([line(1), line(2), line(2, 1)]);
    await first.close();
    appendFileSync(path, '⧗-25.61.1420 2025-10-07T14:20:00.000Z #3.0 ru');
    const second = createExecutionLog({ path });
    second.append([line(1), line(2), line(2, 1), line(3)]);
    second.append([line(3), line(4)]);
    await second.close();
    const places = [...readFileSync(path, 'utf8').matchAll(/#(\S+) run \S+ happened$/gm)];
    expect(places.map(([, place]) => place)).toEqual(['1.0', '2.0', '2.1', '3.0', '4.0']);
  });

  test('what could not be written is reported and written later', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'log');
    mkdirSync(path);
    const errors: unknown[] = [];
    const log = createExecutionLog({ path, onError: (error) => errors.push(error) });
    log.append([line(1)]);
    await log.flush();
    expect(errors.length).toBeGreaterThan(0);
    rmdirSync(path);
    log.append([line(2)]);
    await log.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
  });

  const limits = { bytes: 150, kept: 3 };
  const textsOf = (path: string): readonly string[] =>
    ['', '.1', '.2', '.3', '.4'].map((end) =>
      existsSync(path + end)
        ? [...readFileSync(path + end, 'utf8').matchAll(/#(\d+)\.0 run/g)]
            .map(([, seq]) => seq)
            .join(' ')
        : '-',
    );

  test('at its size the next file is begun, and so many older ones are kept', async () => {
    const path = join(temporaryFolder(), 'log');
    const log = createExecutionLog({ path, limits });
    const seen: unknown[] = [];
    for (let seq = 1; seq <= 9; seq += 1) {
      log.append([line(seq)]);
      await log.flush();
      if (seq % 4 === 1) seen.push(textsOf(path));
    }
    await log.close();
    expect(seen).toEqual([
      ['1', '-', '-', '-', '-'],
      ['4 5', '1 2 3', '-', '-', '-'],
      ['7 8 9', '4 5 6', '1 2 3', '-', '-'],
    ]);
    const next = createExecutionLog({ path, limits });
    for (let seq = 8; seq <= 19; seq += 1) {
      next.append([line(seq)]);
      await next.flush();
    }
    await next.close();
    expect(textsOf(path)).toEqual(['19', '16 17 18', '13 14 15', '10 11 12', '-']);
  });

  test.each([
    ['before the new file was made', '.1'],
    ['between two names', '.2'],
  ])('killed %s, it finds its last line and writes none twice', async (_when, last) => {
    const path = join(temporaryFolder(), 'log');
    const first = createExecutionLog({ path, limits });
    first.append([line(1), line(2), line(3)]);
    await first.close();
    renameSync(path, path + last);
    const second = createExecutionLog({ path, limits });
    expect(second.last()).toBe(3);
    second.append([line(1), line(2), line(3), line(4)]);
    await second.close();
    expect(textsOf(path)[0]).toBe('4');
  });

  test('when the next file cannot be begun, that is said once and this one goes on', async () => {
    const path = join(temporaryFolder(), 'log');
    const errors: unknown[] = [];
    const log = createExecutionLog({
      path,
      limits: { bytes: 200, kept: 1 },
      onError: (error) => errors.push(error),
    });
    log.append([line(1)]);
    await log.flush();
    mkdirSync(join(`${path}.1`, 'in the way'), { recursive: true });
    for (let seq = 2; seq <= 6; seq += 1) {
      log.append([line(seq)]);
      await log.flush();
    }
    await log.close();
    expect(errors).toHaveLength(1);
    rmdirSync(join(`${path}.1`, 'in the way'));
    rmdirSync(`${path}.1`);
    expect(textsOf(path)[0]).toBe('1 2 3 4 5 6');
  });
});
