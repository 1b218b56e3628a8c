/**
 * What is held at each look while nothing goes wrong any more: whatever is due is done soon, by a
 * listing or a timer if nothing else, and what people are shown is what is.
 */
import { load } from 'js-yaml';
import { openRows } from '../../src/engine/row-summary.ts';
import { runDeadline } from '../../src/engine/run-clock.ts';
import type { RunState, TaskState } from '../../src/engine/state.ts';
import { viewOf } from '../../src/engine/view.ts';
import { isJsonObject } from '../../src/lib/json.ts';
import type { Programs } from './programs.ts';
import { hold } from './violation.ts';
import type { World } from './world.ts';

/** Looks at the world; to be called every few seconds. @throws Violation */
export const createCalm = (world: World, programs: Programs): (() => void) => {
  const { machine, folders, ledger, time, layout } = world;
  const since = new Map<string, number>();
  let seen = new Map<string, number>();

  /** None of `present` stays so for `patience` ms, while an engine is up. */
  const notFor = (kind: string, present: readonly string[], patience: number): void => {
    const now = new Set(present.map((name) => `${kind} ${name}`));
    for (const key of since.keys()) {
      if (key.startsWith(`${kind} `) && !now.has(key)) since.delete(key);
    }
    for (const key of now) {
      const first = since.get(key) ?? time.now();
      since.set(key, first);
      hold(time.now() - first < patience, `${key}, and nobody sees to it`);
    }
  };

  const overdue = (now: number): readonly string[] =>
    [...ledger.runs].flatMap(([run, { state }]) =>
      dueTimes(state).flatMap(([what, at]) => (at < now ? [`${run} ${what} ${at}`] : [])),
    );

  /** Live runs that did not change since the last look, and that the state file shows otherwise. */
  const shownOtherwise = (): readonly string[] => {
    const before = seen;
    seen = new Map([...ledger.runs].map(([run, { version }]) => [run, version]));
    const shown = parsed(machine.disk.read(layout.stateFile)?.toString('utf8') ?? '');
    return programs.live().flatMap(({ run }) => {
      const known = ledger.runs.get(run);
      if (known === undefined || before.get(run) !== known.version) return [];
      const { status, generation, updated_at } = viewOf(known.state, known);
      const entry = isJsonObject(shown) ? shown[run] : null;
      const isShown =
        isJsonObject(entry) &&
        entry['status'] === status &&
        entry['generation'] === generation &&
        entry['updated_at_iso'] === updated_at;
      return isShown ? [] : [`${run} is ${status} since ${updated_at} and not shown so`];
    });
  };

  return () => {
    const open = programs.current();
    if (open === null) {
      since.clear();
      seen.clear();
      return;
    }
    // A draft is its writer's: one whose renaming failed stays.
    const answers = machine.disk.list(folders.pairs.queue.answers);
    notFor(
      'answer',
      answers.filter((name) => !name.endsWith('.tmp')),
      LISTED,
    );
    notFor('deadline', overdue(open.clock.now()), LOOKED_AT);
    notFor('state file:', shownOtherwise(), SHOWN);
  };
};

/** A power cut may have torn the state file: it is written anew. */
const parsed = (text: string): unknown => {
  try {
    return load(text);
  } catch {
    return null;
  }
};

/** ms after which a listing has found a file, and a timer has noticed that a clock was set. */
const LISTED = 20_000;
const LOOKED_AT = 70_000;
/** ms after which the state file, which rests for a while after each writing, shows a change. */
const SHOWN = 30_000;

/** Times at which something of a run that is under way is to happen. */
const dueTimes = (run: RunState): readonly (readonly [string, number])[] => {
  if (run.status !== 'RUNNING') return [];
  const end = runDeadline(run);
  const rows = openRows(run).flatMap(({ state }) =>
    timesOf(state).map((at) => [state.id, at] as const),
  );
  return end === null ? rows : [...rows, ['run', end]];
};

const timesOf = (state: TaskState): readonly number[] => {
  const last = state.attempts.at(-1);
  const times =
    state.status === 'PENDING_APPROVAL'
      ? [state.approval.expiresAt]
      : state.status === 'IN_PROGRESS'
        ? [last?.deadline ?? null, last?.wait?.until ?? null, last?.offerAt ?? null]
        : [];
  return times.filter((at) => at !== null);
};
