/**
 * What the world was told, and the invariants it is held to at every step:
 * I1 and I4 by what is on the disk, I5 by folding what was told, I6 and I7 by the folded state.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { readInboxName } from '../../src/agents/file-queue/names.ts';
import type { RecordedEvent, RunEvent } from '../../src/engine/events.ts';
import { holdsPlace } from '../../src/engine/hold.ts';
import type { RunState } from '../../src/engine/state.ts';
import { viewOf } from '../../src/engine/view.ts';
import { whyOf } from '../../src/engine/why.ts';
import { parseRunEvent } from '../../src/engine/parse-event.ts';
import { openJournalForReading } from '../../src/journal/reading.ts';
import type { JournalRecord } from '../../src/journal/journal.ts';
import type { JournalFiles } from '../../src/journal/journal-files.ts';
import type { RunChange } from '../../src/runtime/engine.ts';
import { asShown } from '../../src/runtime/shown.ts';
import { fold, foldRun, recordedEvents } from '../../src/runtime/fold.ts';
import { createRules } from './rules.ts';
import type { RuleFacts } from './rules.ts';
import { hold, Violation } from './violation.ts';

interface Known {
  state: RunState;
  version: number;
  readonly events: RecordedEvent[];
}

export interface Ledger {
  readonly runs: ReadonlyMap<string, Known>;
  /** An acknowledged change. */
  changed(change: RunChange): void;
  /** Everything acknowledged is in the journal of `files`, in order, and folds to what was seen. */
  compare(files: JournalFiles, folder: string): Promise<void>;
}

export const createLedger = (facts: RuleFacts): Ledger => {
  const runs = new Map<string, Known>();
  const rules = createRules(facts);
  const attempts = new Set<string>();
  const answers = new Set<string>();
  const keys = new Set<string>();

  const take = (event: RecordedEvent): void => {
    const known = runs.get(event.run);
    const before = known?.state ?? null;
    const state = fold(before, [event.event], event);
    if (known === undefined)
      runs.set(event.run, { state, version: event.version, events: [event] });
    else {
      hold(
        event.version === known.version + (event.index === 0 ? 1 : 0),
        `I4: ${event.run} went from version ${known.version} to ${event.version}.${event.index}`,
      );
      known.state = state;
      known.version = event.version;
      known.events.push(event);
    }
    const { event: what } = event;
    if (what.type === 'TaskDispatched') {
      const attempt = `${event.run} ${what.task} ${what.attempt} of generation ${what.generation}`;
      for (const key of [attempt, what.lease]) {
        hold(!attempts.has(key), `I3: ${key} was dispatched twice`);
        attempts.add(key);
      }
    }
    if (what.type === 'TaskCompleted' || what.type === 'AttemptFailed') {
      // An answer is one attempt's, that which its name tells, and an attempt ends once.
      const meant = what.answer === null ? null : readInboxName(what.answer);
      hold(
        meant === null || meant.attempt === what.attempt,
        `I3: ${what.answer} was applied to attempt ${what.attempt} of ${what.task}`,
      );
      const ended =
        what.attempt === null ? null : `${event.run} ${what.task} ${what.attempt} ended`;
      hold(ended === null || !answers.has(ended), `I3: ${ended} twice`);
      if (ended !== null) answers.add(ended);
    }
    if (what.type === 'RunStarted' && state.key !== null) {
      hold(!keys.has(state.key), `I3: ${state.key} started two runs`);
      keys.add(state.key);
    }
    rules.check(event, before, state, states);
    holdLimits(state);
    if (before !== null && before.ended !== null && what.type !== 'GenerationStarted') {
      hold(
        state.status === before.status && state.ended === before.ended,
        `I7: ${event.run} changed from ${before.status} to ${state.status} after its end by ${what.type}`,
      );
    }
  };

  function* states(): Generator<RunState> {
    for (const { state } of runs.values()) yield state;
  }

  /** No more runs hold a place of a group than there are. */
  const holdLimits = (state: RunState): void => {
    const all = [...states()];
    for (const { group, max } of holdsPlace(state) ? state.places : []) {
      const count = all.filter(
        (one) => holdsPlace(one) && one.places.some((place) => place.group === group),
      ).length;
      hold(max === null || count <= max, `I8: ${count} runs hold the ${max} places of ${group}`);
    }
  };

  return {
    runs,
    changed({ view, events }) {
      for (const event of events) {
        const known = runs
          .get(event.run)
          ?.events.find(({ seq, index }) => seq === event.seq && index === event.index);
        if (known === undefined) take(event);
        else deepStrictEqual(event, known);
      }
      const known = runs.get(view.run);
      if (known === undefined) throw new Violation(`${view.run} is shown before its first event`);
      const { state } = known;
      if (known.version !== view.version) return;
      // I5, I8: what is shown is what the journal folds to.
      deepStrictEqual(viewOf(state, { version: known.version }), view);
      hold(
        state.ended !== null || whyOf(state).waiting.length > 0,
        `I6: ${view.run} is ${state.status} and waits for nothing`,
      );
    },
    async compare(files, folder) {
      const journal = openJournalForReading({ folder, files, parseEvent: parseRunEvent });
      const all = new Set(runs.keys());
      for await (const { run } of journal.replay()) all.add(run);
      for (const { run } of (await journal.archived()).newest()) all.add(run);
      const histories = new Map<string, readonly JournalRecord<RunEvent>[]>();
      const untold: RecordedEvent[] = [];
      for (const run of all) {
        const records = await journal.read(run);
        histories.set(run, records);
        // As they were told: without their references to secrets.
        const events = records.flatMap(recordedEvents).map(asShown);
        const told = runs.get(run)?.events ?? [];
        deepStrictEqual(
          events.slice(0, told.length),
          [...told],
          `acknowledged events of ${run} are not in the journal`,
        );
        untold.push(...events.slice(told.length));
      }
      // What was on disk and not yet told is known from now on, in the order in which it happened.
      for (const event of untold.sort((a, b) => a.seq - b.seq || a.index - b.index)) take(event);
      for (const [run, records] of histories) {
        const folded = foldRun(records);
        const known = runs.get(run);
        if (folded === null || known === undefined) throw new Violation(`${run} has no history`);
        deepStrictEqual(viewOf(folded.state, folded), viewOf(known.state, known));
        if (folded.state.seal === null) deepStrictEqual(folded.state, known.state);
      }
      const verdict = await journal.verify();
      deepStrictEqual(verdict.problems, [], 'the journal does not verify');
    },
  };
};
