/**
 * A whole station on one virtual clock from one seed: bridge, engine, agents, people and chat,
 * with crashes and faults mixed in. First a time of chaos, then calm until every run has ended.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { queueFolders } from '../../src/agents/file-queue/folders.ts';
import { runAgentHost } from '../../src/agents/host/host.ts';
import { createBridge } from '../../src/chat/bridge.ts';
import { parseMessageRef } from '../../src/chat/message-ref.ts';
import { nonceOf } from '../../src/chat/nonce.ts';
import { openEngine } from '../../src/compose/open-engine.ts';
import type { OpenEngine } from '../../src/compose/open-engine.ts';
import { hasEnded } from '../../src/chat/status-icons.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import type { JournalFiles } from '../../src/journal/journal-files.ts';
import { isJsonObject } from '../../src/lib/json.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import type { Logger } from '../../src/lib/logger.ts';
import type { RunChange } from '../../src/runtime/engine.ts';
import { layoutOf } from '../../src/station/layout.ts';
import { createFaultyFiles } from '../support/host/faulty-files.ts';
import type { FaultCode } from '../support/host/faulty-files.ts';
import { createMachine } from '../support/host/machine.ts';
import type { MachineProcess } from '../support/host/machine.ts';
import { createVirtualTime, settled } from '../support/host/virtual-time.ts';
import { createRandom } from '../support/random.ts';
import { FIXED, randomDefinition, taskTypes } from './definitions.ts';
import { createLedger, hold, Violation } from './ledger.ts';
import { scriptedAgents, startGuideAgent } from './scripted-agents.ts';
import type { Mood } from './scripted-agents.ts';
import { createSimulatedChat } from './simulated-chat.ts';

const ROOT = '/station';
const START = Date.UTC(2026, 10, 24, 9);

export interface SimulationResult {
  /** Hash of everything that came of it: journal, archive, chat. */
  readonly trace: string;
  readonly steps: number;
  readonly runs: number;
  readonly crashes: number;
  readonly faults: number;
}

/** What a seed is played with. */
export interface SimulationOptions {
  readonly seed: number;
  /** Hears what happens, for replaying a seed. */
  readonly log?: (line: string) => void;
}

/** Plays a seed. @throws Violation, or whatever broke, naming the seed */
export const simulate = async (options: SimulationOptions): Promise<SimulationResult> => {
  const random = createRandom(options.seed);
  const time = createVirtualTime(random.fork());
  const machine = createMachine(time, random.fork(), START);
  const chat = createSimulatedChat(time, machine, random.fork());
  const ledger = createLedger();
  const layout = layoutOf(ROOT);
  const folders = queueFolders(ROOT, machine.disk);
  const mood: Mood = { calm: false };
  const people = random.fork();
  const say = (line: string): void => options.log?.(`${(time.now() / 1_000).toFixed(3)}  ${line}`);
  let violation: unknown = null;
  let crashes = 0;
  let faults = 0;
  let steps = 0;
  let fault: { readonly code: FaultCode; readonly until: number; readonly likely: number } | null =
    null;

  /** What breaks where nobody listens ends the simulation. */
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      violation ??= error;
    }
  };

  // 1. The station.
  const types = taskTypes(createRandom(1));
  const names = ['sim-a', 'sim-b'];
  const put = (path: string, text: string): void => machine.disk.put(path, Buffer.from(text));
  machine.disk.makeFolder(layout.workspace);
  for (const [name, text] of Object.entries(FIXED)) {
    put(join(layout.workflows, `${name}.workflow.yaml`), text);
  }
  for (const name of names) {
    const text = randomDefinition(name, types, random.fork());
    say(text);
    put(join(layout.workflows, `${name}.workflow.yaml`), text);
  }
  put(
    layout.settings,
    'limits: { archive_after: 30 }\nnotifications: [{ channel: alerts }]\nlevels: { L0: ["role:Captain"] }\n',
  );
  if (random.chance(0.3))
    put(layout.agents, `agents: { EVEN: { kind: builtin, concurrency: 1 } }\n`);

  // 2. Processes.
  const wrap = (files: Parameters<typeof createFaultyFiles>[0]) =>
    createFaultyFiles(files, (call, path) => {
      if (call === 'write' || call === 'rename' || call === 'open') watchTasks(call, path);
      if (fault === null || time.now() > fault.until || !random.chance(fault.likely)) return null;
      faults += 1;
      say(`fault ${fault.code} on ${call} ${path}`);
      return fault.code;
    });
  const watchTasks = (_call: string, _path: string): void => undefined;
  const logger = (who: string): Logger => {
    if (options.log === undefined) return silentLogger;
    const line = (level: string) => (fields: object, message: string) =>
      say(
        `${who} ${level} ${message} ${JSON.stringify(fields, (_k, v: unknown) => (v instanceof Error ? v.message : v)).slice(0, 300)}`,
      );
    const self: Logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: line('warn'),
      error: line('error'),
      child: () => self,
    };
    return self;
  };

  const tellEvents = ({ view, events }: RunChange): void => {
    for (const { event, version, index } of events) {
      const { type, ...rest } = event;
      say(`${view.handle} ${version}.${index} ${type} ${JSON.stringify(rest).slice(0, 160)}`);
    }
  };

  /** The disk for one who only looks. */
  const reader = (): JournalFiles => ({ ...machine.disk, sync: () => Promise.resolve() });

  /** Bridges that live, and of those that are up their engines; the newest last. */
  const bridges = new Map<MachineProcess, OpenEngine | null>();
  const up = (): readonly (readonly [MachineProcess, OpenEngine])[] =>
    [...bridges].flatMap(([process, open]) =>
      process.stopped || open === null ? [] : [[process, open] as const],
    );
  const current = (): OpenEngine | null => up().at(-1)?.[1] ?? null;

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
      say(`bridge ${process.pid} ends: ${why}`);
      process.kill();
      bridges.delete(process);
      time.after(500 + random.below(3_000), keepUp);
    };
    try {
      const opened = await openEngine({
        station: ROOT,
        config: { secrets: {} },
        logger: logger('bridge'),
        agents: 'none',
        address: null,
        host: process.host,
        onStopped: (error) => die(error.message),
      });
      if (!process.alive) return;
      hold(
        opened.engine.recovery.quarantined.size === 0,
        `a run is quarantined: ${JSON.stringify([...opened.engine.recovery.quarantined])}`,
      );
      const early: RunChange[] = [];
      let told = (change: RunChange): void => void early.push(change);
      opened.engine.subscribe((change) => {
        if (process.alive) guarded(() => told(change));
      });
      await ledger.compare(reader(), layout.workspace);
      told = (change) => {
        tellEvents(change);
        ledger.changed(change);
      };
      for (const change of early) told(change);
      bridges.set(process, opened);
      const face = createBridge({
        engine: opened.engine,
        ports: [chat.portFor(process)],
        clock: opened.clock,
        logger: logger('chat'),
        prefix: '@workflow',
        routes: opened.settings.notifications,
        levels: opened.settings.levels,
        sources: { readReceipt: () => Promise.resolve(null), agents: null },
      });
      await face.start();
      say(`bridge ${process.pid} is up`);
    } catch (error) {
      if (error instanceof Violation || isAssertion(error)) violation ??= error;
      else die(error instanceof Error ? error.message : String(error));
    }
  };

  let agents: MachineProcess | null = null;
  const startAgents = async (): Promise<void> => {
    const process = machine.start('agents', wrap);
    agents = process;
    const chances = random.fork();
    startGuideAgent(process.host, folders, chances.fork(), mood);
    try {
      await runAgentHost({
        station: ROOT,
        agents: 'all',
        builtin: scriptedAgents(process.host, chances, mood),
        registry: new Map(),
        openHistory: () => ({ summary: () => Promise.reject(new Error('no receipts here')) }),
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

  // 3. What happens to them.
  const killBridge = (): void => {
    const [process] = [...bridges.keys()].slice(-1);
    if (process === undefined) return;
    crashes += 1;
    say(`kill -9 bridge ${process.pid}`);
    process.kill();
    bridges.delete(process);
    time.after(random.below(4_000), keepUp);
  };
  const killAgents = (): void => {
    if (agents === null) return;
    crashes += 1;
    say(`kill -9 agents ${agents.pid}`);
    agents.kill();
    agents = null;
    time.after(random.below(4_000), () => void startAgents());
  };
  const cutPower = (): void => {
    crashes += 1;
    say('power cut');
    machine.cutPower();
    bridges.clear();
    agents = null;
    time.after(random.below(4_000), keepUp);
    time.after(random.below(4_000), () => void startAgents());
  };
  const live = () => current()?.engine.live() ?? [];
  const pickRun = (): string | null => {
    const views = live();
    return views[people.below(Math.max(1, views.length))]?.handle ?? null;
  };

  const happenings: readonly (readonly [number, () => void])[] = [
    [6, () => chat.say(`@workflow ${people.pick(['sim-a', 'sim-b'])} text=t${people.below(9)}`)],
    [3, killBridge],
    [3, killAgents],
    [
      1,
      () => {
        killBridge();
        killAgents();
      },
    ],
    [2, cutPower],
    [4, () => answerQuestions(false)],
    [
      1,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow pause ${run}`);
      },
    ],
    [
      2,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow resume ${run}`);
      },
    ],
    [
      1,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow cancel ${run}`);
      },
    ],
    [
      3,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow retry ${run}`);
      },
    ],
    [
      1,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow rerun ${run} t${people.below(4)}`);
      },
    ],
    [
      1,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow skip ${run} t${people.below(4)}`);
      },
    ],
    [
      1,
      () => {
        const run = pickRun();
        if (run !== null) chat.say(`@workflow signal ${run} go`);
      },
    ],
    [
      1,
      () =>
        machine.jump((random.chance(0.5) ? 1 : -1) * random.pick([3_000, 3_600_000, 86_400_000])),
    ],
    [
      2,
      () => {
        machine.watching.lost = random.pick([0, 0.3, 1]);
        machine.watching.doubled = random.pick([0, 0.5]);
      },
    ],
    [
      1,
      () => {
        chat.trouble = random.pick([0, 0.1, 0.5]);
      },
    ],
    [
      2,
      () => {
        fault = {
          code: random.pick(['EIO', 'ENOSPC', 'EMFILE', 'EACCES', 'EROFS']),
          until: time.now() + random.below(3_000),
          likely: random.pick([0.02, 0.2, 1]),
        };
      },
    ],
    [1, deleteFolder],
    [2, strayAnswer],
    [1, () => stopBridge()],
  ];

  function deleteFolder(): void {
    const { tasks, answers } = folders.pairs.queue;
    const folder = random.pick([tasks, answers, folders.temp, folders.claimed, folders.hosts]);
    if (machine.disk.stat(folder) === null) return;
    say(`rm -rf ${folder}`);
    machine.disk.removeFolder(folder);
  }

  /** An answer that was accepted comes again, an old one comes late, or rubbish comes. */
  function strayAnswer(): void {
    const { answers, tasks } = folders.pairs.queue;
    if (machine.disk.stat(answers) === null) return;
    const stranger = machine.start('stranger').host.files;
    const write = (name: string, bytes: Buffer): void => {
      const file = stranger.open(join(answers, name), 'w');
      stranger.write(file, bytes, 0);
      stranger.close(file);
    };
    const old = machine.disk.list(folders.answered);
    const from = old[random.below(Math.max(1, old.length))];
    const kind = random.below(4);
    if (kind <= 1 && from !== undefined) {
      const [run, task] = from.split('~');
      const bytes = machine.disk.read(join(folders.answered, from)) ?? Buffer.alloc(0);
      say(`answer ${from} comes again`);
      write(`response-${run}-${task}.yaml`, bytes);
    } else if (kind === 2) {
      write(`response-wf-1770000000000-abcdefghi-t0.yaml`, Buffer.from('header: {}\n'));
    } else {
      const name = machine.disk.list(tasks)[0];
      if (name !== undefined) write(name.replace('task-', 'response-'), Buffer.from('%%% ['));
    }
  }

  /** SIGSTOP for longer than the lock's heartbeats; another engine takes over; the old one wakes up. */
  function stopBridge(): void {
    const old = up().at(-1)?.[0];
    if (old === undefined) return;
    say(`SIGSTOP bridge ${old.pid}`);
    old.stop();
    const asleep = 1_000 + random.below(30_000);
    time.after(random.below(asleep), keepUp);
    time.after(asleep, () => {
      if (old.alive) say(`SIGCONT ${old.pid}`);
      old.goOn();
    });
  }

  function answerQuestions(all: boolean): void {
    for (const message of chat.port.messages) {
      const last = message.history.at(-1)?.message;
      const choices = last?.actions.flat().filter(({ id }) => id.includes(':choose:')) ?? [];
      const choice = all ? choices[0] : choices[people.below(Math.max(1, choices.length))];
      if (choice !== undefined && (all || people.chance(0.5))) chat.press(choice.id);
    }
  }

  const weights = happenings.reduce((sum, [weight]) => sum + weight, 0);
  const happen = (): void => {
    let ticket = random.below(weights);
    for (const [weight, work] of happenings) {
      ticket -= weight;
      if (ticket >= 0) continue;
      guarded(work);
      return;
    }
  };

  const step = async (): Promise<void> => {
    if (!(await time.step())) throw new Violation('nothing is due any more');
    steps += 1;
    if (violation !== null) throw violation;
  };
  const playUntil = async (end: number): Promise<void> => {
    while ((time.next() ?? Infinity) <= end) await step();
  };

  // 4. Chaos.
  void startBridge();
  void startAgents();
  await playUntil(2_000);
  chat.say('@workflow sim-a text=first');
  const end = 20_000 + random.below(120_000);
  for (let at = 2_500; at < end; at += 200 + random.below(6_000)) {
    await playUntil(at);
    happen();
  }
  await playUntil(end);

  // 5. Calm: nothing fails any more, agents and people do what they are asked.
  say('calm');
  mood.calm = true;
  fault = null;
  chat.trouble = 0;
  machine.watching.lost = 0;
  machine.watching.doubled = 0;
  const isOver = (): boolean =>
    current() !== null &&
    chat.waiting() === 0 &&
    [...ledger.runs.values()].every(({ state }) => state.ended !== null) &&
    live().every(hasEnded) &&
    folderIsEmpty(folders.pairs.queue.tasks) &&
    folderIsEmpty(folders.inbox);
  const folderIsEmpty = (folder: string): boolean => machine.disk.list(folder).length === 0;
  const patience = time.now() + 900_000;
  while (!isOver()) {
    if (time.now() > patience) {
      const waiting = [...ledger.runs.values()]
        .filter(({ state }) => state.ended === null)
        .map(({ state }) => JSON.stringify(whyOf(state)));
      throw new Violation(
        `after 15 minutes of calm not everything has ended: ${waiting.join('; ')}; said and not handled: ${chat.waiting()}; task files: ${machine.disk.list(folders.pairs.queue.tasks).join(' ')}; inbox: ${machine.disk.list(folders.inbox).join(' ')}`,
      );
    }
    await playUntil(time.now() + 5_000);
    for (const view of live())
      if (view.status === 'PAUSED') chat.say(`@workflow resume ${view.handle}`);
    for (const view of live()) if (!hasEnded(view)) chat.say(`@workflow signal ${view.handle} go`);
    answerQuestions(true);
  }
  await playUntil(time.now() + 70_000);

  // Started once more, it finds nothing to do.
  killBridge();
  await playUntil(time.now() + 20_000);
  hold(isOver(), 'a last start began something anew');

  // 6. What was told, once each.
  for (const [run, { state, version }] of ledger.runs) {
    const view = viewOf(state, { version });
    const count = (key: string): number =>
      chat.port.messages.filter(({ nonce }) => nonce === nonceOf(run, key)).length;
    if (view.failure_of !== null || view.parent !== null) continue;
    hold(count('card') < 2, `${run} has ${count('card')} cards`);
    const suffix = view.generation > 1 ? `:${view.generation}` : '';
    hold(count(`final${suffix}`) === 1, `${run} has ${count(`final${suffix}`)} final messages`);
    if (view.status === 'FAILED' || view.status === 'TIMED_OUT') {
      // Failures of one cause share a notice.
      const notice = parseMessageRef(view.messages[`notice${suffix}`]);
      hold(
        chat.port.messages.some(({ ref }) => ref.id === notice?.id),
        `${run} failed and nobody was told`,
      );
      hold(count(`notice${suffix}`) < 2, `${run} has several notices`);
    }
  }
  const started = new Map<string, number>();
  for (const { state } of ledger.runs.values()) {
    if (state.key !== null) started.set(state.key, (started.get(state.key) ?? 0) + 1);
  }
  for (const [key, count] of started) hold(count === 1, `${key} started ${count} runs`);

  // 7. What is on the disk at the end.
  await ledger.compare(reader(), layout.workspace);
  const shown: unknown = load(machine.disk.read(layout.stateFile)?.toString('utf8') ?? '');
  hold(isJsonObject(shown), 'the state file is no mapping');
  // Empty files made ahead of need are the engine's stock, and few; drafts there are none.
  const inTemp = machine.disk.list(folders.temp);
  const drafts = inTemp.filter((name) => !name.startsWith('spare.'));
  hold(drafts.length === 0, `left in tmp: ${drafts.join(' ')}`);
  hold(inTemp.length <= 100, `${inTemp.length} spare files in tmp`);
  const trace = createHash('sha256');
  for (const folder of ['journal', 'archive']) {
    for (const path of machine.disk.below(join(layout.workspace, folder))) {
      trace.update(path).update(machine.disk.read(path) ?? '');
    }
  }
  trace.update(JSON.stringify(chat.port.messages)).update(String(steps));
  machine.cutPower();
  await settled();
  return { trace: trace.digest('hex'), steps, runs: ledger.runs.size, crashes, faults };
};

const isAssertion = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_ASSERTION';
