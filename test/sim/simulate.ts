/**
 * A whole station on one virtual clock from one seed: bridge, engine, agents, people and chat,
 * with crashes and faults mixed in. First a time of chaos, then calm until every run has ended.
 *
 * Held at every step, at the moment it could be broken:
 * - I1 a task file, message, output, incident or receipt appears only when a record that a power
 *   cut would leave owes it (`owed.ts`)
 * - I2 whatever was interrupted is done in the end, by the normal path: every run ends in calm, and
 *   one more start begins nothing
 * - I3 no attempt is dispatched twice, no answer applied twice, no attempt ends twice, no key starts
 *   two runs (`ledger.ts`), and what else holds of single events (`rules.ts`); agents are given exactly the recorded input (`scripted-agents.ts`)
 * - an answer lies no longer than until the next listing, though watchers lose its name; what has a
 *   time happens at it; the state file shows what is (`calm.ts`)
 * - I4 versions go up one by one; the journal's chain and epochs verify at every start
 * - I5 what was told is what the journal folds to, whole runs and single changes
 * - I6 a run that has not ended names what it waits for
 * - I7 a run that has ended changes by a new generation only
 * - I8 the view is computed from the folded state; places are never held by more than there are
 * - what was acknowledged is in the journal at every start, in order
 * - one card, final message and notice for each cause, one receipt for a run, no secret anywhere
 *   (`outcome.ts`)
 */
import { join, relative } from 'node:path';
import { hasEnded } from '../../src/chat/status-icons.ts';
import { whyOf } from '../../src/engine/why.ts';
import { createRandom } from '../support/random.ts';
import { settled } from '../support/host/virtual-time.ts';
import { createCalm } from './calm.ts';
import { FIXED, randomDefinition, taskTypes } from './definitions.ts';
import { ARCHIVE_AFTER, createHappenings } from './happenings.ts';
import { INVENTORY, INVENTORY_FILES } from './inventory.ts';
import { checkOutcome, traceOf } from './outcome.ts';
import { createPrograms } from './programs.ts';
import { hold, Violation } from './violation.ts';
import { createWorld, ROOT } from './world.ts';
import type { World } from './world.ts';

export interface SimulationResult {
  readonly trace: string;
  readonly steps: number;
  readonly runs: number;
  readonly crashes: number;
  readonly faults: number;
  /** Appearances in the world that were traced to a record. */
  readonly owed: number;
  /** Types of the events that were recorded. */
  readonly events: ReadonlySet<string>;
  /** Journal and archive as they were left, by their paths in the workspace. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** What a seed is played with. */
export interface SimulationOptions {
  readonly seed: number;
  /** Hears what happens, for replaying a seed. */
  readonly log?: (line: string) => void;
}

/** Plays a seed. @throws Violation, or whatever broke, naming the seed */
export const simulate = async (options: SimulationOptions): Promise<SimulationResult> => {
  const world = createWorld(options.seed, options.log ?? null);
  const { random, people, time, machine, chat, ledger, layout, folders, mood, counts, say } = world;
  // Which types there are does not change from seed to seed.
  types ??= taskTypes(createRandom(1));
  layOut(world, types);
  const programs = createPrograms(world, options.log !== undefined);
  const { happen, answerQuestions } = createHappenings(world, programs, types);

  const playUntil = async (end: number): Promise<void> => {
    while ((time.next() ?? Infinity) <= end) {
      if (!(await time.step())) throw new Violation('nothing is due any more');
      counts.steps += 1;
      if (world.violation !== null) throw world.violation;
    }
  };

  // 1. Chaos.
  programs.start();
  await playUntil(2_000);
  chat.say('@workflow sim-a text=first');
  const end = 20_000 + random.below(120_000);
  for (let at = 2_500; at < end; at += 200 + random.below(6_000)) {
    await playUntil(at);
    happen();
  }
  await playUntil(end);

  // 2. Calm: nothing fails any more, agents and people do what they are asked.
  say('calm');
  mood.calm = true;
  world.fault = null;
  chat.trouble = 0;
  // Watchers stay as they are: what they lose, the listings find.
  const isEmpty = (folder: string): boolean => machine.disk.list(folder).length === 0;
  const isOver = (): boolean =>
    programs.current() !== null &&
    chat.waiting() === 0 &&
    [...ledger.runs.values()].every(({ state }) => state.ended !== null) &&
    programs.live().every(hasEnded) &&
    isEmpty(folders.pairs.queue.tasks) &&
    isEmpty(folders.inbox);
  const look = createCalm(world, programs);
  // Some people take their time: then what they were asked for expires.
  const returned = time.now() + (people.chance(0.3) ? 100_000 : 0);
  const patience = time.now() + 900_000;
  while (!isOver()) {
    if (time.now() > patience) throw new Violation(leftOver(world));
    await playUntil(time.now() + 5_000);
    look();
    if (time.now() < returned) continue;
    for (const view of programs.live()) {
      if (view.status === 'PAUSED') chat.say(`@workflow resume ${view.handle}`);
      if (!hasEnded(view)) chat.say(`@workflow signal ${view.handle} go`);
    }
    answerQuestions(true);
  }
  await playUntil(time.now() + 70_000);

  // 3. Started once more, it finds nothing to do.
  programs.killBridge();
  await playUntil(time.now() + 20_000);
  hold(isOver(), 'a last start began something anew');

  // 4. What came of it.
  await ledger.compare(programs.reader(), layout.workspace);
  checkOutcome(world);
  const trace = traceOf(world);
  const left = ['journal', 'archive'].flatMap((folder) =>
    machine.disk.below(join(layout.workspace, folder)),
  );
  const files = new Map(
    left.map((path) => [relative(layout.workspace, path), machine.disk.read(path) ?? NOTHING]),
  );
  machine.cutPower();
  await settled();
  const { steps, crashes, faults } = counts;
  const { size: runs } = ledger.runs;
  const told = [...ledger.runs.values()].flatMap(({ events }) => events);
  const events = new Set(told.map(({ event }) => event.type));
  return { trace, steps, runs, crashes, faults, owed: world.owed.seen, events, files };
};

let types: readonly string[] | null = null;
const NOTHING = Buffer.alloc(0);

/** The station as people set it up. */
const layOut = ({ machine, layout, random, even, say }: World, known: readonly string[]): void => {
  const put = (path: string, text: string): void => machine.disk.put(path, Buffer.from(text));
  machine.disk.makeFolder(layout.workspace);
  const define = (name: string, text: string): void =>
    put(join(layout.workflows, `${name}.workflow.yaml`), text);
  for (const [name, text] of Object.entries(FIXED)) define(name, text);
  define('sim-inventory', INVENTORY);
  for (const [path, text] of Object.entries(INVENTORY_FILES)) put(join(ROOT, path), text);
  for (const name of ['sim-a', 'sim-b']) {
    const text = randomDefinition(name, known, random.fork());
    say(text);
    define(name, text);
  }
  put(
    layout.settings,
    `limits: { archive_after: ${ARCHIVE_AFTER / 1_000}, execution_log_bytes: 2000, execution_logs: 1000 }\nnotifications: [{ channel: alerts }]\nlevels: { L0: ["role:Captain"] }\n`,
  );
  if (even !== '') put(layout.agents, `agents: { EVEN: { kind: builtin, ${even} } }\n`);
};

const leftOver = ({ ledger, chat, machine, folders }: World): string => {
  const waiting = [...ledger.runs.values()]
    .filter(({ state }) => state.ended === null)
    .map(({ state }) => JSON.stringify(whyOf(state)));
  const files = (folder: string): string => machine.disk.list(folder).join(' ');
  return `after 15 minutes of calm not everything has ended: ${waiting.join('; ')}; said and not handled: ${chat.waiting()}; task files: ${files(folders.pairs.queue.tasks)}; inbox: ${files(folders.inbox)}`;
};
