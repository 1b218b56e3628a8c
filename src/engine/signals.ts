/**
 * Signals and the WAIT tasks they end. A signal completes every WAIT of its name that waits, and
 * is kept for each that has not been reached: so it comes to the same whether it is sent before
 * or after. Each WAIT has it once; the next iteration of a loop waits for the next one.
 */
import type { WaitTaskDefinition } from './definition.ts';
import { allTasks, firstPlaceOf, placeOf, suffixOf } from './plan.ts';
import { openRows } from './row-summary.ts';
import type { KeptSignal, RunState } from './state.ts';
import { isTerminal, openAttempt, taskOf } from './tasks.ts';

/** What has a signal once: a WAIT, for each item that it is done for, whatever the iteration. */
export const signalKey = (run: RunState, row: string): string => {
  const place = placeOf(run.definition, row);
  if (place === null) return row;
  const items = place.path.filter((_, step) => place.steps[step]?.owner.type === 'FOR_EACH');
  return `${place.task.id}${suffixOf(items)}`;
};

/** The signal that was kept for a WAIT, or null. */
export const keptFor = (run: RunState, name: string, row: string): KeptSignal | null => {
  const kept = Object.hasOwn(run.signals, name) ? run.signals[name] : undefined;
  return kept === undefined || kept.taken.includes(signalKey(run, row)) ? null : kept;
};

/** A WAIT that waits now, with its open attempt. */
export interface Waiting {
  readonly task: WaitTaskDefinition;
  readonly attempt: number;
}

export const waitingForSignal = (run: RunState, name: string): readonly Waiting[] =>
  openRows(run).flatMap(({ definition, state }): readonly Waiting[] => {
    const open = openAttempt(state);
    return definition.type === 'WAIT' && open?.wait?.signal === name
      ? [{ task: definition, attempt: open.attempt }]
      : [];
  });

/** Names that some WAIT of the definition waits for. */
export const signalNames = (run: RunState): readonly string[] => [
  ...new Set(signalWaits(run).map(({ name }) => name)),
];

/** True when a WAIT of that name waits or may still be reached. */
export const mayBeTaken = (run: RunState, name: string): boolean =>
  signalWaits(run).some((wait) => {
    if (wait.name !== name) return false;
    const top = firstPlaceOf(run.definition, wait.task)?.steps[0]?.owner.id ?? wait.task;
    const row = taskOf(run, top);
    return row !== null && !isTerminal(row);
  });

const signalWaits = (run: RunState): readonly { readonly name: string; readonly task: string }[] =>
  allTasks(run.definition).flatMap((task) =>
    task.type === 'WAIT' && task.wait.kind === 'signal'
      ? [{ name: task.wait.name, task: task.id }]
      : [],
  );
