/**
 * A machine that refuses file calls (too many open files, no permission, a read-only disk): each
 * trouble is told in a sentence with its place, nobody spins, and what is not refused goes on.
 * On virtual time, so that calls can be counted by the minute.
 */
import { expect, test } from 'vitest';
import { openEngine } from '../../src/compose/open-engine.ts';
import type { OpenEngine } from '../../src/compose/open-engine.ts';
import type { HostFiles } from '../../src/lib/host/host.ts';
import type { LogFields, Logger } from '../../src/lib/logger.ts';
import { createFaultyFiles } from '../support/host/faulty-files.ts';
import type { FaultCode, FaultRule } from '../support/host/faulty-files.ts';
import { createMemoryStation } from '../support/host/memory-station.ts';
import { createPlay } from '../support/host/play.ts';
import { someone } from '../support/runtime.ts';

const CODES: readonly FaultCode[] = ['EMFILE', 'EACCES', 'EROFS'];
const MINUTE = 60_000;

/** A station whose calls are counted, and refused where `refuse` says so. */
const createStation = () => {
  const { time, machine } = createMemoryStation(7);
  const play = createPlay(time);
  machine.disk.put(
    '/station/.3ox.index/CORE/WORKFLOWS/patient.workflow.yaml',
    Buffer.from(
      'workflow: {id: patient, version: 1, tasks: [{id: work, assigned_to: A, timeout: 0}]}\n',
    ),
  );
  let refuse: FaultRule = () => null;
  let calls = 0;
  const told: string[] = [];
  const line = (fields: LogFields, message: string): void => {
    told.push(`${message} ${JSON.stringify(fields)}`);
  };
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: line,
    error: line,
    child: () => logger,
  };
  const counted = (files: HostFiles): HostFiles =>
    createFaultyFiles(files, (call, path, to) => {
      calls += 1;
      return refuse(call, path, to);
    });
  const { host } = machine.start('engine', counted);
  return {
    time,
    machine,
    ...play,
    told,
    open: (): Promise<OpenEngine> =>
      play.during(
        openEngine({
          station: '/station',
          config: { secrets: {} },
          logger,
          agents: 'none',
          address: null,
          host,
        }),
      ),
    refuse(rule: FaultRule) {
      refuse = rule;
    },
    /** Calls in the next minute. */
    async callsInAMinute(): Promise<number> {
      const before = calls;
      await play.goOnFor(MINUTE);
      return calls - before;
    },
    async start({ engine }: OpenEngine): Promise<string> {
      const asked = { workflow: 'patient', version: null, input: {}, key: null, origin: null };
      const started = await play.during(engine.start({ ...asked, by: someone }));
      if (started.type !== 'started') throw new Error(JSON.stringify(started));
      return started.view.run;
    },
  };
};

const isOfQueue = (path: string): boolean =>
  /\/(?:queue|task-queue|response-queue)(?:\/|$)/u.test(path);

test.each(CODES)(
  '%s in the queue’s folders is told once for each place, and over when it is over',
  async (code) => {
    const station = createStation();
    const open = await station.open();
    const usual = await station.callsInAMinute();
    station.refuse((_call, path) => (isOfQueue(path) ? code : null));
    const run = await station.start(open);
    const refused = await station.callsInAMinute();
    // A round of listings is cut short by the first refusal; what waits is tried with it.
    expect(refused).toBeLessThan(3 * usual);
    const places = station.told.filter((one) => one.includes(code));
    expect(places.length).toBeGreaterThan(0);
    expect(new Set(places).size).toBe(places.length);
    expect(places.length).toBeLessThan(12);
    for (const one of places) expect(one).toMatch(/could not use .*"where":/u);
    await station.goOnFor(10 * MINUTE);
    expect(station.told.filter((one) => one.includes(code))).toHaveLength(places.length);

    // Nothing was lost: when the disk takes it, the task is offered.
    station.refuse(() => null);
    await station.goOnFor(MINUTE);
    expect(station.machine.disk.list('/station/.3ox/task-queue')).toEqual([
      `task-${run}-work.yaml`,
    ]);
    await station.during(open.stop());
  },
);

test.each(CODES)('%s for one answer leaves the others alone', async (code) => {
  const station = createStation();
  const open = await station.open();
  const [bad, good] = [await station.start(open), await station.start(open)];
  await station.goOnFor(1_000);
  station.refuse((call, path) =>
    call !== 'list' && path.includes(`response-${bad}`) ? code : null,
  );
  const agent = station.machine.start('agent').host.files;
  for (const run of [bad, good]) {
    const path = `/station/.3ox/response-queue/response-${run}-work.yaml`;
    const file = agent.open(path, 'w');
    agent.write(file, Buffer.from('header: { status: success }\npayload: { a: 1 }\n'), 0);
    agent.close(file);
  }
  await station.goOnFor(MINUTE);
  const statuses = new Map(open.engine.live().map((view) => [view.run, view.status]));
  expect([statuses.get(bad), statuses.get(good)]).toEqual(['RUNNING', 'COMPLETED']);
  expect(station.told.filter((one) => one.includes(code) && one.includes(bad))).toHaveLength(1);
  station.refuse(() => null);
  await station.goOnFor(MINUTE);
  expect(open.engine.live().find((view) => view.run === bad)?.status).toBe('COMPLETED');
  await station.during(open.stop());
});

test.each(CODES)(
  '%s when the journal is opened ends the start with its place, and the next one is well',
  async (code) => {
    const station = createStation();
    const first = await station.open();
    const run = await station.start(first);
    await station.during(first.stop());

    station.refuse((_call, path) => (path.includes('/journal/segment-') ? code : null));
    const error = await station.open().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(String(error)).toContain(code);
    expect(String(error)).toContain('/station/.3ox/journal/segment-');
    // Whoever failed to start leaves nothing behind that goes on.
    expect(await station.callsInAMinute()).toBe(0);
    station.refuse(() => null);
    const second = await station.open();
    expect(second.engine.recovery.resumed.map((view) => view.run)).toEqual([run]);
    await station.during(second.stop());
  },
);

test.each(CODES)(
  '%s for the state file is told once, tried again in moderation, and runs go on',
  async (code) => {
    const station = createStation();
    const open = await station.open();
    await station.goOnFor(MINUTE);
    let tries = 0;
    station.refuse((_call, path) => {
      if (!path.includes('workflow.state.yaml')) return null;
      tries += 1;
      return code;
    });
    const run = await station.start(open);
    await station.goOnFor(MINUTE);
    // Five writings a second at most, of a few calls each.
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(5 * 60 * 5);
    expect(station.told.filter((one) => one.includes(code))).toHaveLength(1);
    expect(station.machine.disk.list('/station/.3ox/task-queue')).toEqual([
      `task-${run}-work.yaml`,
    ]);
    station.refuse(() => null);
    await station.goOnFor(MINUTE);
    const shown = station.machine.disk.read('/station/.3ox/workflow.state.yaml')?.toString('utf8');
    expect(shown).toContain(run);
    await station.during(open.stop());
  },
);
