/** The station's two programs, started, killed, stopped and started again by a service manager. */
import { inspect } from 'node:util';
import { runAgentHost } from '../../src/agents/host/host.ts';
import { createBridge } from '../../src/chat/bridge.ts';
import { openEngine } from '../../src/compose/open-engine.ts';
import type { OpenEngine } from '../../src/compose/open-engine.ts';
import type { RunView } from '../../src/engine/view.types.ts';
import type { JournalFiles } from '../../src/journal/journal-files.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { RunChange } from '../../src/runtime/engine.ts';
import { createRunHistory } from '../../src/station/run-history.ts';
import { createScheduleFile } from '../../src/triggers/schedule-file.ts';
import { plannedSchedules, startScheduler } from '../../src/triggers/scheduler.ts';
import { createFaultyFiles } from '../support/host/faulty-files.ts';
import type { FaultRule } from '../support/host/faulty-files.ts';
import type { MachineProcess } from '../support/host/machine.ts';
import { scriptedAgents, startGuideAgent } from './scripted-agents.ts';
import { hold, isBroken } from './violation.ts';
import { ROOT, SECRET } from './world.ts';
import type { World } from './world.ts';

export interface Programs {
  start(): void;
  /** The engine that is up, the newest one, or null. */
  current(): OpenEngine | null;
  live(): readonly RunView[];
  killBridge(): void;
  killAgents(): void;
  cutPower(): void;
  /** SIGSTOP for longer than the lock's heartbeats; another engine takes over; the old one wakes up. */
  stopBridge(): void;
  /** The disk for one who only looks. */
  reader(): JournalFiles;
}

export const createPrograms = (world: World, isLogged: boolean): Programs => {
  const { random, time, machine, chat, ledger, layout, mood, counts, say } = world;
  /** Bridges that live, and of those that are up their engines; the newest last. */
  const bridges = new Map<MachineProcess, OpenEngine | null>();
  let agents: MachineProcess | null = null;

  const rule: FaultRule = (call, path) => {
    const { fault } = world;
    if (fault === null || time.now() > fault.until || !random.chance(fault.likely)) return null;
    // Only what needs two names can find them on two devices.
    if (fault.code === 'EXDEV' && call !== 'rename' && call !== 'link') return null;
    counts.faults += 1;
    world.disturbed = time.now();
    say(`fault ${fault.code} on ${call} ${path}`);
    return fault.code;
  };
  const wrap = (files: Parameters<typeof createFaultyFiles>[0]) => createFaultyFiles(files, rule);

  const up = (): readonly (readonly [MachineProcess, OpenEngine])[] =>
    [...bridges].flatMap(([process, open]) =>
      process.stopped || open === null ? [] : [[process, open] as const],
    );
  const current = (): OpenEngine | null => up().at(-1)?.[1] ?? null;
  const reader = (): JournalFiles => ({ ...machine.disk, sync: () => Promise.resolve() });

  /** Tells what is logged, and holds that no line of any level has the secret in it. */
  const logger = (who: string): Logger => {
    const line = (level: string, told: boolean) => (fields: object, message: string) => {
      const text = `${who} ${level} ${message} ${textOf(fields)}`;
      world.guarded(() => hold(!text.includes(SECRET), `the secret was logged: ${message}`));
      if (told) say(text.slice(0, 400));
    };
    const self: Logger = {
      debug: line('debug', false),
      info: line('info', false),
      warn: line('warn', isLogged),
      error: line('error', isLogged),
      child: () => self,
    };
    return self;
  };

  const tellEvents = ({ view, events }: RunChange): void => {
    if (!isLogged) return;
    for (const { event, version, index } of events) {
      const { type, ...rest } = event;
      say(`${view.handle} ${version}.${index} ${type} ${JSON.stringify(rest).slice(0, 160)}`);
    }
  };

  /** What starts the bridge again when it has ended, as a service manager does. */
  const keepUp = (): void => {
    if ([...bridges.keys()].every(({ stopped }) => stopped)) void startBridge();
  };

  const startBridge = async (): Promise<void> => {
    const process = machine.start('bridge', wrap);
    bridges.set(process, null);
    say(`bridge ${process.pid} starts`);
    const die = (why: string): void => {
      if (!process.alive) return;
      world.disturbed = time.now();
      say(`bridge ${process.pid} ends: ${why}`);
      process.kill();
      bridges.delete(process);
      time.after(500 + random.below(3_000), keepUp);
    };
    if (world.doomed > 0 && !mood.calm) {
      world.doomed -= 1;
      time.after(random.below(300), () => die('it was doomed'));
    }
    try {
      const opened = await openEngine({
        station: ROOT,
        config: { secrets: { TOKEN: SECRET } },
        logger: logger('bridge'),
        agents: 'none',
        address: null,
        host: process.host,
        // Small, so that what a real station does once a day happens in minutes.
        journal: { segmentBytes: 48 * 1024, compactEvery: 40 },
        onStopped: (error) => die(error.message),
      });
      if (!process.alive) return;
      await follow(process, opened);
      await startFaces(process, opened);
      say(`bridge ${process.pid} is up`);
    } catch (error) {
      if (isBroken(error)) world.violation ??= error;
      else die(error instanceof Error ? error.message : String(error));
    }
  };

  /** The ledger hears of every change; first of all what is on disk is compared with what was told. */
  const follow = async (process: MachineProcess, opened: OpenEngine): Promise<void> => {
    const { engine } = opened;
    const { quarantined } = engine.recovery;
    hold(quarantined.size === 0, `a run is quarantined: ${JSON.stringify([...quarantined])}`);
    const early: RunChange[] = [];
    let told = (change: RunChange): void => void early.push(change);
    engine.subscribe((change) => {
      if (process.alive) world.guarded(() => told(change));
    });
    await ledger.compare(reader(), layout.workspace);
    told = (change) => {
      tellEvents(change);
      world.told.set(change.view.run, time.now());
      ledger.changed(change);
    };
    for (const change of early) told(change);
    bridges.set(process, opened);
  };

  const startFaces = async (process: MachineProcess, opened: OpenEngine): Promise<void> => {
    const { engine, settings, clock } = opened;
    const face = createBridge({
      engine,
      ports: [chat.portFor(process)],
      clock,
      logger: logger('chat'),
      prefix: '@workflow',
      routes: settings.notifications,
      levels: settings.levels,
      sources: { readReceipt: () => Promise.resolve(null), agents: null },
    });
    await face.start();
    startScheduler({
      engine,
      // Nothing is begun any more when everything is to end.
      schedules: async () =>
        mood.calm ? [] : plannedSchedules(await engine.definitions.list(), []),
      store: createScheduleFile(layout.schedules, process.host),
      clock,
      logger: logger('schedules'),
    });
  };

  const startAgents = async (): Promise<void> => {
    const process = machine.start('agents', wrap);
    agents = process;
    const chances = random.fork();
    startGuideAgent(process.host, chances.fork(), world);
    try {
      await runAgentHost({
        station: ROOT,
        agents: 'all',
        builtin: scriptedAgents(process.host, chances, world),
        registry: new Map(),
        openHistory: (options) => createRunHistory({ ...options, files: process.host.files }),
        environment: {},
        host: process.host,
        logger: logger('agents'),
      });
      say(`agents ${process.pid} are up`);
    } catch (error) {
      say(`agents end: ${String(error)}`);
      process.kill();
      time.after(1_000, () => void startAgents());
    }
  };
  const startAgentsSoon = (): void =>
    void time.after(random.below(4_000), () => void startAgents());

  const killBridge = (): void => {
    const [process] = [...bridges.keys()].slice(-1);
    if (process === undefined) return;
    counts.crashes += 1;
    world.disturbed = time.now();
    say(`kill -9 bridge ${process.pid}`);
    process.kill();
    bridges.delete(process);
    time.after(random.below(4_000), keepUp);
  };
  const killAgents = (): void => {
    if (agents === null) return;
    counts.crashes += 1;
    world.disturbed = time.now();
    say(`kill -9 agents ${agents.pid}`);
    agents.kill();
    agents = null;
    startAgentsSoon();
  };

  return {
    start() {
      void startBridge();
      void startAgents();
    },
    current,
    live: () => current()?.engine.live() ?? [],
    killBridge,
    killAgents,
    cutPower() {
      counts.crashes += 1;
      counts.cuts += 1;
      world.disturbed = time.now();
      say('power cut');
      machine.cutPower();
      bridges.clear();
      agents = null;
      time.after(random.below(4_000), keepUp);
      startAgentsSoon();
    },
    stopBridge() {
      const old = up().at(-1)?.[0];
      if (old === undefined) return;
      say(`SIGSTOP bridge ${old.pid}`);
      world.disturbed = time.now();
      old.stop();
      const asleep = 1_000 + random.below(30_000);
      time.after(random.below(asleep), keepUp);
      time.after(asleep, () => {
        if (old.alive) say(`SIGCONT ${old.pid}`);
        world.disturbed = time.now();
        old.goOn();
      });
    },
    reader,
  };
};

const textOf = (fields: object): string =>
  JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? inspect(value) : value,
  );
