/**
 * kill -9 of the bridge, of its agent host and of both, at random moments of two runs.
 * CRASH_KILLS sets how many kills (default 6); the seed is printed and can be set with CRASH_SEED.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import {
  copyStation,
  filesBelow,
  hostPids,
  startBridge,
  until,
} from '../support/bridge-process.ts';

const KILLS = Number(process.env['CRASH_KILLS'] ?? 6);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 100_000);

/** Small linear congruential generator, so that a failing seed can be replayed. */
const generator = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
};

const SLOW = `workflow:
  id: slow-chain
  name: Slow chain
  version: 1
  tasks:
    - { id: a, assigned_to: SLOW_AGENT }
    - { id: b, assigned_to: SLOW_AGENT, depends_on: a }
    - { id: c, assigned_to: SLOW_AGENT, depends_on: b }
    - { id: d, assigned_to: SLOW_AGENT, depends_on: c }
    - { id: e, assigned_to: SLOW_AGENT, depends_on: d }
`;
const AGENTS = `agents:
  SLOW_AGENT:
    kind: command
    command: [node, -e, 'setTimeout(() => process.stdout.write("{}"), 600)']
`;

it(`goes on after ${KILLS} kills: one run each, nothing finished done again, one receipt`, async () => {
  console.log(`CRASH_SEED=${SEED}`);
  const random = generator(SEED);
  const station = copyStation();
  writeFileSync(join(station.root, '.3ox/agents.yaml'), AGENTS);
  writeFileSync(join(station.root, '.3ox.index/CORE/WORKFLOWS/slow.workflow.yaml'), SLOW);
  const offline = openOfflineEngine(station.root);
  const finished = new Map<string, string>();

  /** What is finished stays as it is: the same attempts, the same end. */
  const assertNothingRepeated = async (): Promise<void> => {
    for (const { run } of await offline.list({})) {
      for (const task of (await offline.view(run))?.tasks ?? []) {
        if (task.status !== 'COMPLETED') continue;
        const known = finished.get(`${run}/${task.id}`);
        const now = JSON.stringify(task.attempts);
        if (known !== undefined) expect(now).toBe(known);
        finished.set(`${run}/${task.id}`, now);
        expect(task.attempts.filter(({ status }) => status === 'COMPLETED').length).toBeLessThan(2);
      }
    }
  };

  let bridge = startBridge(station.root);
  try {
    bridge.type('@workflow slow-chain');
    bridge.type('@workflow inventory-validation-v1 target_folder=0UT.3OX');
    await until(
      async () => (await offline.list({})).length === 2,
      () => `two runs:\n${bridge.output()}`,
    );
    for (let kill = 0; kill < KILLS; kill += 1) {
      await new Promise((done) => setTimeout(done, random(1_500)));
      const what = random(3);
      if (what !== 0) for (const pid of hostPids(station.root)) process.kill(pid, 'SIGKILL');
      if (what !== 1) {
        await bridge.kill();
        await assertNothingRepeated();
        bridge = startBridge(station.root);
      }
    }
    await until(
      async () => (await offline.list({})).every(({ status }) => status === 'COMPLETED'),
      () => `both runs to end:\n${bridge.output()}`,
      120_000,
    );
    await assertNothingRepeated();
    expect(await offline.list({})).toHaveLength(2);
    expect(filesBelow(station.root, '.3ox/archive/receipts')).toHaveLength(1);
    await until(
      () =>
        ['.3ox/task-queue', '.3ox/queue/inbox', '.3ox/queue/claimed'].every(
          (folder) => filesBelow(station.root, folder).length === 0,
        ),
      () => 'the queue folders to be empty',
    );
    await bridge.kill();
    const verdict = await verifyJournal({ folder: join(station.root, '.3ox') });
    expect(verdict.problems).toEqual([]);
  } finally {
    await bridge.kill();
    station.remove();
  }
}, 300_000);
