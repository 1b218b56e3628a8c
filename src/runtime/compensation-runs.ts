/**
 * Runs that undo what a failed or cancelled run did. They are started once the end is on disk;
 * when one has ended, the run it undoes is told how. Looked up in the states of both, so that a
 * restart does what was left undone (I2).
 */
import { systemActor } from '../engine/actor.ts';
import type { EffectOutcome, RunCommand } from '../engine/commands.ts';
import { compensationOf } from '../engine/compensation.ts';
import type { Effect } from '../engine/effects.ts';
import type { RunId } from '../engine/ids.ts';
import type { RunState } from '../engine/state.ts';
import { errorText } from '../engine/tasks.ts';
import { createSerialQueue } from '../lib/serial-queue.ts';
import type { InBackground } from './background.ts';
import type { Dispatched } from './kernel.ts';

type Compensate = Extract<Effect, { type: 'Compensate' }>;

export interface CompensationRuns {
  /** Sees to it that the undoing run is under way, or tells how it ended. */
  attend(effect: Compensate): Promise<void>;
  /** What the end of an undoing run means for the run it undoes. */
  follow(state: RunState): void;
}

export const createCompensationRuns = (options: {
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  /** A run that may be archived, or null. */
  readonly read: (run: RunId) => Promise<RunState | null>;
  readonly newHandle: () => string;
  readonly inBackground: InBackground;
}): CompensationRuns => {
  const { dispatch, read } = options;
  const turns = createSerialQueue();

  const attendTo = async (failed: RunId): Promise<void> => {
    const run = await read(failed);
    const pending = Object.entries(run?.pendingEffects ?? {}).find(
      ([, effect]) => effect.type === 'compensation',
    );
    const [key, effect] = pending ?? [];
    if (run === null || key === undefined || effect?.type !== 'compensation') return;
    const undoing = await read(effect.run);
    if (undoing !== null && undoing.ended === null) return;
    const outcome = undoing === null ? await start(run, effect) : outcomeOf(undoing);
    if (outcome === null) return;
    await dispatch({ type: 'RecordEffect', run: run.id, actor: systemActor, key, outcome });
  };

  /** Null when it runs, else why it does not. */
  const start = async (
    failed: RunState,
    { run, steps }: Pick<Compensate, 'steps'> & { readonly run: RunId },
  ): Promise<EffectOutcome | null> => {
    const started = await dispatch({
      type: 'StartRun',
      run,
      actor: systemActor,
      handle: options.newHandle(),
      definition: compensationOf(failed, steps),
      sha256: failed.sha256,
      seal: failed.seal,
      input: failed.input,
      defaulted: failed.defaulted,
      key: `compensation:${run}`,
      origin: failed.origin,
      failureOf: failed.id,
    });
    return started.type === 'rejected' ? { ok: false, error: started.message } : null;
  };

  return {
    attend: ({ run }) => turns.run(() => attendTo(run)),
    follow({ id, failureOf, ended }) {
      if (failureOf === null || ended === null) return;
      options.inBackground(id, 'compensation', () => turns.run(() => attendTo(failureOf)));
    },
  };
};

/** What could not be undone, with its reason. */
const outcomeOf = (undoing: RunState): EffectOutcome => {
  const tasks = undoing.definition.tasks.flatMap(({ id }) => undoing.tasks[id] ?? []);
  const failed = tasks.filter(({ status }) => status !== 'COMPLETED');
  const undone = tasks.filter(({ status }) => status === 'COMPLETED').map(({ id }) => id);
  if (failed.length === 0) return { ok: true, value: undone };
  const why = failed.map((task) => {
    if ('reason' in task) return `${task.id}: ${task.reason}`;
    return 'error' in task ? `${task.id}: ${errorText(task.error)}` : `${task.id}: ${task.status}`;
  });
  return { ok: false, error: `${undoing.handle}: ${why.join('; ')}` };
};
