/** A run that fails: the program ends by itself every time, with what the failure workflow wrote. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openOfflineEngine } from '../../src/compose/offline-engine.ts';
import { converse, copyStation, filesBelow } from '../support/bridge-process.ts';
import { expectJournal } from '../support/station-proof.ts';

let station: ReturnType<typeof copyStation>;
beforeEach(() => {
  station = copyStation();
});
afterEach(() => station.remove());

const LINE = '@workflow inventory-validation-v1 target_folder=0UT.3OX policy_file=1N.3OX';

it('ends with 1, tells the team and reports the incident, five times of five', async () => {
  for (let time = 1; time <= 5; time += 1) {
    const { code, output } = await converse(station.root, [LINE]);
    expect(code, output).toBe(1);
    expect(output).toContain('PolicyError');
    // One mention per incident: the same failure is counted in the notice that was said before.
    if (time === 1) expect(output).toContain('#alerts');
    const runs = await openOfflineEngine(station.root).list({});
    expect(runs.filter(({ status }) => status === 'FAILED')).toHaveLength(time);
    expect(runs.filter(({ status }) => status === 'COMPLETED')).toHaveLength(time);
    const incidents = filesBelow(station.root, '.3ox/incidents');
    expect(incidents).toContain('incidents.log');
    expect(incidents.filter((name) => name.startsWith('INCIDENT.'))).toHaveLength(time);
  }
  await expectJournal(station.root);
}, 120_000);

it('ends with 1 when runs that fail and runs that pass go on side by side', async () => {
  const pass = '@workflow inventory-validation-v1 target_folder=0UT.3OX';
  const { code, output } = await converse(station.root, [LINE, pass, LINE, pass, LINE]);
  expect(code, output).toBe(1);
  const runs = await openOfflineEngine(station.root).list({});
  expect(runs.filter(({ status }) => status === 'FAILED')).toHaveLength(3);
  expect(filesBelow(station.root, '.3ox/archive/receipts')).toHaveLength(2);
}, 120_000);
