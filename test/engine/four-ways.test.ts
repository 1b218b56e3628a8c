/**
 * Definitions in the manner of Conductor's own specs, each played in four ways. `SHUFFLES` says
 * in how many orders the answers are given (default 20).
 */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/lib/json.ts';
import {
  decision,
  each,
  fork,
  human,
  join,
  loop,
  retry,
  setVariable,
  signal,
  simple,
  terminate,
  to,
  wait,
  workflow,
} from '../support/engine-definitions.ts';
import { play, type Script } from '../support/four-ways.ts';

const SHUFFLES = Number(process.env['SHUFFLES'] ?? 20);
const twice = retry({ maxAttempts: 2, initialDelay: 1000 });

interface Expected {
  readonly status: string;
  readonly reason?: string;
  readonly output?: Json;
  /** By row: its status, its attempts, its output, or the first of these. */
  readonly rows: Readonly<Record<string, readonly Json[]>>;
}

const scripts: readonly (Script & { readonly expected: Expected })[] = [
  {
    name: 'fork and join, one branch retried',
    definition: workflow([
      fork('f', ['a', 'b']),
      simple('a', { retry: twice }),
      simple('b'),
      simple('b2', { dependsOn: ['b'] }),
      join('j', ['a', 'b2']),
      simple('z', { dependsOn: ['j'], input: { a: '${j.output.a.n}' } }),
    ]),
    answers: { a: [{ fail: 'AgentError' }, { complete: { n: 1 } }] },
    expected: { status: 'COMPLETED', rows: { a: ['COMPLETED', 'FAILED COMPLETED', { n: 1 }] } },
  },
  {
    name: 'forks in forks, decisions in forks, merges behind decisions',
    definition: workflow([
      fork('f', ['g', 'd']),
      fork('g', ['a', 'b']),
      simple('a'),
      simple('b'),
      join('gj', ['a', 'b']),
      decision('d', {
        param: '${workflow.input.way}',
        cases: [to('left', ['l']), to('right', ['r'])],
        defaultCase: [],
      }),
      simple('l'),
      simple('r'),
      join('dj', ['l', 'r']),
      join('j', ['gj', 'dj']),
      simple('z', { dependsOn: ['j'] }),
    ]),
    input: { way: 'left' },
    expected: {
      status: 'COMPLETED',
      rows: {
        r: ['SKIPPED', '', {}],
        dj: ['COMPLETED', '', { l: {} }],
        z: ['COMPLETED', 'COMPLETED', {}],
      },
    },
  },
  {
    name: 'no branch taken: joins behind it are skipped, those beside it satisfied',
    definition: workflow([
      fork('f', ['a', 'd']),
      simple('a'),
      decision('d', { param: 'none', cases: [to('x', ['x'])], defaultCase: [] }),
      simple('x'),
      join('xj', ['x']),
      join('j', ['a', 'xj']),
    ]),
    expected: {
      status: 'COMPLETED',
      rows: { x: ['SKIPPED', '', {}], xj: ['SKIPPED', '', {}], j: ['COMPLETED', '', { a: {} }] },
    },
  },
  {
    name: 'an optional task that fails leaves its join with errors',
    definition: workflow([
      fork('f', ['a', 'b']),
      simple('a', { onFailure: 'continue', retry: twice }),
      simple('b'),
      join('j', ['a', 'b']),
      simple('z', { dependsOn: ['j'] }),
    ]),
    answers: { a: [{ fail: 'X' }, { fail: 'Y' }] },
    expected: {
      status: 'COMPLETED',
      rows: { a: ['COMPLETED_WITH_ERRORS', 'FAILED FAILED', {}], j: ['COMPLETED_WITH_ERRORS', ''] },
    },
  },
  {
    name: 'a failure that lets its siblings run on',
    definition: workflow([
      fork('f', ['a', 'b']),
      simple('a', { onFailure: 'fail_after_siblings' }),
      simple('a2', { dependsOn: ['a'] }),
      simple('b'),
      simple('b2', { dependsOn: ['b'] }),
      join('j', ['a2', 'b2']),
    ]),
    answers: { a: [{ fail: 'X' }] },
    expected: {
      status: 'FAILED',
      reason: 'a: X: no',
      rows: { a2: ['CANCELLED', ''], b2: ['COMPLETED', 'COMPLETED'], j: ['FAILED', ''] },
    },
  },
  {
    name: 'a failure that ends the run, its siblings cancelled',
    definition: workflow([
      simple('a', { retry: twice }),
      simple('b', { dependsOn: ['a'] }),
      human('h'),
    ]),
    answers: { a: [{ fail: 'X' }, { fail: 'Y' }] },
    expected: {
      status: 'FAILED',
      reason: 'a: Y: no',
      rows: { b: ['CANCELLED', ''], h: ['CANCELLED', 'CANCELLED'] },
    },
  },
  {
    name: 'a loop around a fork, with a retry inside and variables',
    definition: workflow([
      loop(
        'l',
        [
          fork('f', ['a', 'b']),
          simple('a', { retry: twice, input: { n: '${l.iteration}' } }),
          simple('b'),
          join('j', ['a', 'b']),
          setVariable('v', { last: '${a.output.n}' }, { dependsOn: ['j'] }),
        ],
        { while: '${l.iteration} < 3' },
      ),
      simple('z', { dependsOn: ['l'], input: { last: '${workflow.variables.last}' } }),
    ]),
    answers: {
      'a.1': [{ complete: { n: 1 } }],
      'a.2': [{ fail: 'X' }, { complete: { n: 2 } }],
      'a.3': [{ complete: { n: 3 } }],
    },
    expected: {
      status: 'COMPLETED',
      rows: {
        'a.2': ['COMPLETED', 'FAILED COMPLETED', { n: 2 }],
        l: ['COMPLETED', '', { iteration: 3, v: { last: 3 } }],
      },
    },
  },
  {
    name: 'a loop that reaches its limit',
    definition: workflow([
      loop('l', [simple('a')], { while: 'true', maxIterations: 2 }),
      simple('z', { dependsOn: ['l'] }),
    ]),
    expected: {
      status: 'FAILED',
      rows: { 'a.2': ['COMPLETED'], l: ['FAILED'], z: ['CANCELLED', ''] },
    },
  },
  {
    name: 'a fork made of a list, some items failing and some skipped',
    definition: workflow([
      each('e', simple('e', { onFailure: 'continue', retry: twice, when: '${item} != 3' }), {
        items: [1, 2, 3, 4, 5],
        concurrency: 2,
      }),
      simple('z', { dependsOn: ['e'] }),
    ]),
    answers: {
      'e.0': [{ complete: { n: 1 } }],
      'e.1': [{ fail: 'X' }, { fail: 'X' }],
      'e.3': [{ fail: 'X' }, { complete: { n: 4 } }],
      'e.4': [{ complete: { n: 5 } }],
    },
    expected: {
      status: 'COMPLETED',
      rows: {
        'e.1': ['COMPLETED_WITH_ERRORS', 'FAILED FAILED', {}],
        'e.2': ['SKIPPED', '', {}],
        e: ['COMPLETED_WITH_ERRORS', '', [{ n: 1 }, null, null, { n: 4 }, { n: 5 }]],
      },
    },
  },
  {
    name: 'waits and signals beside work, the same signal for two branches',
    definition: workflow([
      fork('f', ['a', 'b']),
      simple('a'),
      wait('wa', signal('go'), { dependsOn: ['a'] }),
      simple('b'),
      wait('wb', signal('go'), { dependsOn: ['b'] }),
      wait('t', { kind: 'duration', value: 5000 }, { dependsOn: ['wb'] }),
      join('j', ['wa', 't']),
    ]),
    signals: { go: { ok: true } },
    expected: {
      status: 'COMPLETED',
      rows: {
        wa: ['COMPLETED', 'COMPLETED', { ok: true }],
        wb: ['COMPLETED', 'COMPLETED', { ok: true }],
      },
    },
  },
  {
    name: 'a person decides, and a TERMINATE ends what else waits',
    definition: workflow([
      human('h', { allowRequester: true }),
      terminate('t', {
        dependsOn: ['h'],
        status: 'FAILED',
        reason: 'no ${h.output.approval_decision}',
        runOutput: { x: 1 },
      }),
      wait('w', signal('never')),
      simple('after', { dependsOn: ['w'] }),
    ]),
    choices: { h: 'APPROVE' },
    expected: {
      status: 'FAILED',
      reason: 'no APPROVE',
      output: { x: 1 },
      rows: { t: ['COMPLETED', ''], w: ['CANCELLED', 'CANCELLED'], after: ['CANCELLED', ''] },
    },
  },
  {
    name: 'attempts that run out of time',
    definition: workflow([
      wait('w', signal('never'), { timeout: 1000, retry: twice, onFailure: 'continue' }),
      simple('z', { dependsOn: ['w'] }),
    ]),
    expected: {
      status: 'COMPLETED',
      rows: {
        w: ['COMPLETED_WITH_ERRORS', 'TIMED_OUT TIMED_OUT', {}],
        z: ['COMPLETED', 'COMPLETED'],
      },
    },
  },
];

/** Numbers that look random and are the same each time. */
const shuffle = (seed: number) => {
  let value = seed;
  return (count: number): number => {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0;
    return count === 0 ? 0 : (value >>> 8) % count;
  };
};

const first = (): number => 0;

describe.each(scripts)('$name', ({ expected, ...script }) => {
  const plain = play(script, { folded: false, twice: false, pick: first });
  const same = (outcome: ReturnType<typeof play>): void => {
    expect(outcome).toEqual(plain);
  };

  test('comes to what it should', () => {
    const { rows, ...run } = expected;
    expect(plain).toMatchObject(run);
    for (const [row, parts] of Object.entries(rows)) {
      const found = plain.rows[row]?.slice(0, parts.length);
      expect({ [row]: found }).toMatchObject({ [row]: parts });
    }
  });

  test('comes to the same when the state is folded anew after every append', () => {
    same(play(script, { folded: true, twice: false, pick: first }));
  });

  test('comes to the same when every answer is delivered twice', () => {
    same(play(script, { folded: false, twice: true, pick: first }));
  });

  test('comes to the same in whatever order answers come', () => {
    same(play(script, { folded: false, twice: false, pick: (count) => count - 1 }));
    for (let seed = 1; seed <= SHUFFLES; seed += 1) {
      same(play(script, { folded: false, twice: false, pick: shuffle(seed) }));
    }
  });
});
