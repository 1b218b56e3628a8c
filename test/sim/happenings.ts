/** What happens to a station: what people ask for, and what goes wrong. */
import { join } from 'node:path';
import { readInboxName } from '../../src/agents/file-queue/names.ts';
import { somebody } from '../../src/chat/memory/memory-port.ts';
import { hasEnded } from '../../src/chat/status-icons.ts';
import { openAttempt, taskOf } from '../../src/engine/tasks.ts';
import type { Identity, OperatorCommand } from '../../src/runtime/engine.ts';
import { randomDefinition } from './definitions.ts';
import type { Programs } from './programs.ts';
import type { World } from './world.ts';

export interface Happenings {
  /** One thing, drawn by chance. */
  readonly happen: () => void;
  /** People press buttons of open questions: some, or all of them and the first option each. */
  readonly answerQuestions: (all: boolean) => void;
}

/** ms; see `simulate.ts`. */
export const ARCHIVE_AFTER = 30_000;

/** ms; shorter than most syncs. */
const MOMENT = 8;

const OPERATOR: Identity = { user: 'os:op', name: 'op', roles: [], channel: null, local: true };

/** Workflows people start. */
export const STARTED = ['sim-a', 'sim-b', 'sim-inventory'] as const;

export const createHappenings = (
  world: World,
  programs: Programs,
  types: readonly string[],
): Happenings => {
  const { random, people, time, machine, chat, folders, layout, mood, say } = world;

  const aTask = (): string => `t${people.below(4)}`;
  /** Says `line` about some run, `<run>` in it being that run. */
  const about = (line: () => string) => (): void => {
    const runs = programs.live();
    const run = runs[people.below(Math.max(1, runs.length))];
    if (run !== undefined) chat.say(`@workflow ${line().replace('<run>', run.handle)}`);
  };

  const answerQuestions = (all: boolean): void => {
    for (const message of chat.port.messages) {
      const last = message.history.at(-1)?.message;
      const choices = last?.actions.flat().filter(({ id }) => id.includes(':choose:')) ?? [];
      const choice = all ? choices[0] : choices[people.below(Math.max(1, choices.length))];
      if (choice === undefined || (!all && !people.chance(0.5))) continue;
      // Some questions take two people.
      const id = String(1 + people.below(2));
      const person = { ...somebody, id, name: `Arc ${id}` };
      chat.press(choice.id, person);
      // Somebody in doubt presses again.
      if (!all && people.chance(0.4)) chat.press(choice.id, person);
    }
  };

  const deleteFolder = (): void => {
    const { tasks, answers } = folders.pairs.queue;
    const folder = random.pick([tasks, answers, folders.temp, folders.claimed, folders.hosts]);
    if (machine.disk.stat(folder) === null) return;
    say(`rm -rf ${folder}`);
    world.disturbed = time.now();
    machine.disk.removeFolder(folder);
  };

  /** True when the task of the answer of this inbox name has an open attempt. */
  const isOpenNow = (name: string): boolean => {
    const read = readInboxName(name);
    const state = read === null ? undefined : world.ledger.runs.get(read.run)?.state;
    return state !== undefined && openAttempt(taskOf(state, read?.task ?? '')) !== null;
  };

  /** An answer that was accepted comes again, an old one comes late, or rubbish comes. */
  const strayAnswer = (): void => {
    const { answers, tasks } = folders.pairs.queue;
    if (machine.disk.stat(answers) === null) return;
    const stranger = machine.start('stranger').host.files;
    const write = (name: string, bytes: Buffer): void => {
      const file = stranger.open(join(answers, name), 'w');
      stranger.write(file, bytes, 0);
      stranger.close(file);
    };
    const old = machine.disk.list(folders.answered);
    // Of those the ones that could be taken for an answer to what is open now.
    const tempting = old.filter((name) => isOpenNow(name));
    const among = tempting.length > 0 && random.chance(0.8) ? tempting : old;
    const from = among[random.below(Math.max(1, among.length))];
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
  };

  /** The clock is set, by at most a day from the right time. */
  const setClock = (): void => {
    const right = START_OFFSET + time.now();
    const offset = random.pick([-86_400_000, -3_600_000, -3_000, 0, 3_000, 3_600_000, 86_400_000]);
    machine.jump(right + offset - machine.now());
    world.disturbed = time.now();
    say(`the clock is set ${offset} ms from the right time`);
  };
  const START_OFFSET = machine.now() - time.now();

  /** Somebody starts a run, sometimes several that are much alike. */
  const begin = (): void => {
    const line = `@workflow ${people.pick(STARTED)} text=t${people.below(6)}`;
    for (let more = people.chance(0.2) ? 3 : 1; more > 0; more -= 1) chat.say(line);
  };

  /** Somebody at the station's machine takes up a run as it is about to be archived. */
  const takeUpLate = (): void => {
    const ended = programs.live().filter((view) => hasEnded(view) && view.parent === null);
    const view = ended[people.below(Math.max(1, ended.length))];
    if (view === undefined) return;
    const { run } = view;
    const takeUp = (tries: number): void => {
      const open = programs.current();
      const now = programs.live().find((one) => one.run === run);
      if (open === null || now === undefined || !hasEnded(now) || mood.calm) return;
      const left = (world.told.get(run) ?? 0) + ARCHIVE_AFTER - time.now();
      if (left > MOMENT && tries > 0) {
        time.after(left - people.below(MOMENT), () => takeUp(tries - 1));
        return;
      }
      say(`${now.handle} is taken up ${left} ms before it is archived`);
      const command: OperatorCommand =
        now.status === 'COMPLETED'
          ? { type: 'rerun', run, task: null, latest: false, input: null, note: null }
          : { type: 'retry', run, note: null };
      open.engine.operate(command, OPERATOR).catch(() => undefined);
    };
    takeUp(4);
  };

  /** It goes down while it starts, time and again. */
  const failToStart = (): void => {
    const times = 2 + random.below(4);
    say(`the next ${times} starts go down`);
    world.doomed = times;
    programs.killBridge();
  };

  /** Somebody writes the next version of a definition. */
  let version = 1;
  const writeDefinition = (): void => {
    version += 1;
    const name = people.pick(['sim-a', 'sim-b']);
    const text = randomDefinition(name, types, random.fork(), version);
    say(text);
    machine.disk.put(join(layout.workflows, `${name}.${version}.workflow.yaml`), Buffer.from(text));
  };

  const happenings: readonly (readonly [number, () => void])[] = [
    [6, begin],
    [4, () => answerQuestions(false)],
    [1, about(() => 'pause <run>')],
    [2, about(() => 'resume <run>')],
    [1, about(() => 'cancel <run>')],
    [1, about(() => 'cancel <run> --compensate')],
    [3, about(() => 'retry <run>')],
    [1, about(() => 'retry <run> --fresh')],
    [1, about(() => `rerun <run> ${aTask()}`)],
    [1, about(() => `rerun <run> ${people.pick(['', '--latest'])}`)],
    [1, about(() => `skip <run> ${aTask()}`)],
    [2, about(() => 'signal <run> go')],
    [0.3, writeDefinition],
    [3, () => programs.killBridge()],
    [3, () => programs.killAgents()],
    [
      1,
      () => {
        programs.killBridge();
        programs.killAgents();
      },
    ],
    [2, () => programs.cutPower()],
    [1, () => programs.stopBridge()],
    [1, setClock],
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
        world.fault = {
          code: random.pick(['EIO', 'ENOSPC', 'EMFILE', 'EACCES', 'EROFS', 'EXDEV']),
          until: time.now() + random.below(3_000),
          likely: random.pick([0.02, 0.2, 1]),
        };
      },
    ],
    [2, takeUpLate],
    [0.5, failToStart],
    [1, deleteFolder],
    [2, strayAnswer],
  ];
  const weights = happenings.reduce((sum, [weight]) => sum + weight, 0);

  return {
    answerQuestions,
    happen() {
      let ticket = random.next() * weights;
      for (const [weight, work] of happenings) {
        ticket -= weight;
        if (ticket >= 0) continue;
        world.guarded(work);
        return;
      }
    },
  };
};
