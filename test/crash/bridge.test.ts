/**
 * kill -9 of the bridge, of its agent host and of both, at random moments of runs.
 *
 * CRASH_KILLS sets how many kills (default 15); `npm run crash -- --kills 200` is a long one, for
 * which runs are started again as they end. The seed is printed; `npm run crash -- --seed N` replays its choices.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { filesBelow, hostPids, isAlive, startBridge, until } from '../support/bridge-process.ts';
import { createRandom, KILLS, SEED, slowStation } from '../support/crash-station.ts';
import { expectJournal, provenArchive } from '../support/station-proof.ts';

const LINES = ['@workflow slow-chain', '@workflow inventory-validation-v1 target_folder=0UT.3OX'];

it(
  `goes on after ${KILLS} kills: one run per start, nothing finished done again`,
  async () => {
    console.log(`play it again: npm run crash -- --kills ${KILLS} --seed ${SEED}`);
    const random = createRandom(SEED);
    const station = slowStation(400);
    const offline = openOfflineEngine(station.root);
    const finished = new Map<string, string>();
    const hosts = new Set<number>();
    let bridge = startBridge(station.root);
    let started = 0;
    const killed = { bridges: 0, hosts: 0 };

    const haveEnded = async (): Promise<boolean> =>
      (await offline.list({})).every(({ status }) => status === 'COMPLETED');

    /** Both lines again; a kill comes only after their runs are on record. */
    const startBoth = async (): Promise<void> => {
      for (const line of LINES) bridge.type(line);
      started += LINES.length;
      await until(
        async () => (await offline.list({})).length === started,
        () => `${started} runs:\n${bridge.output()}`,
      );
    };

    /** What is finished stays as it is: the same attempts, the same end. */
    const expectNothingRepeated = async (): Promise<void> => {
      for (const { run } of await offline.list({})) {
        for (const task of (await offline.view(run))?.tasks ?? []) {
          if (task.status !== 'COMPLETED') continue;
          const known = finished.get(`${run}/${task.id}`);
          const now = JSON.stringify(task.attempts);
          expect(now, `${run} ${task.id}`).toBe(known ?? now);
          finished.set(`${run}/${task.id}`, now);
          const done = task.attempts.filter(({ status }) => status === 'COMPLETED');
          expect(done.length, `${run} ${task.id}`).toBeLessThan(2);
        }
      }
    };

    try {
      await startBoth();
      // On a slow machine a host may not be up yet at any of these moments.
      for (let kill = 0; kill < KILLS || killed.hosts === 0; kill += 1) {
        await new Promise((done) => setTimeout(done, random(1_500)));
        const what = random(3);
        for (const pid of hostPids(station.root)) {
          hosts.add(pid);
          if (what === 0) continue;
          process.kill(pid, 'SIGKILL');
          killed.hosts += 1;
        }
        if (what !== 1) {
          await bridge.kill();
          killed.bridges += 1;
          await expectNothingRepeated();
          // A projection is complete at any moment, also this one.
          load(readFileSync(join(station.root, '.3ox/workflow.state.yaml'), 'utf8'));
          bridge = startBridge(station.root);
        }
        if (await haveEnded()) await startBoth();
      }
      await until(haveEnded, () => `all runs to end:\n${bridge.output()}`, 120_000);
      await expectNothingRepeated();
      expect(await offline.list({})).toHaveLength(started);
      expect(await provenArchive(station.root)).toHaveLength(started / LINES.length);
      await until(
        () =>
          ['.3ox/task-queue', '.3ox/queue/inbox', '.3ox/queue/claimed'].every(
            (folder) => filesBelow(station.root, folder).length === 0,
          ),
        () => 'the queue folders to be empty',
      );
      for (const pid of hostPids(station.root)) hosts.add(pid);
      await bridge.kill();
      await until(
        () => ![...hosts].some(isAlive),
        () => 'the agent hosts to end after their bridge',
      );
      await expectJournal(station.root);
      expect(killed.bridges).toBeGreaterThan(0);
      expect(killed.hosts, 'agent hosts that were killed').toBeGreaterThan(0);
    } finally {
      await bridge.kill();
      station.remove();
    }
  },
  180_000 + KILLS * 15_000,
);
