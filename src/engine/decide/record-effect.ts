import type { EffectOutcome, Rejection } from '../commands.ts';
import { raise } from '../compensation.ts';
import type { Draft } from '../draft.ts';
import { settle } from '../settle.ts';
import type { PendingEffect } from '../state.ts';
import type { CommandOf } from './command.ts';

/** An effect the run owed was performed, or cannot be. Known or unknown keys change nothing. */
export const recordEffect = (
  command: CommandOf<'RecordEffect'>,
  draft: Draft,
): Rejection | null => {
  const { key, outcome } = command;
  const effect = Object.hasOwn(draft.run.pendingEffects, key)
    ? draft.run.pendingEffects[key]
    : undefined;
  if (effect === undefined) return null;
  draft.emit({
    type: 'EffectRecorded',
    key,
    ok: outcome.ok,
    value: outcome.ok ? outcome.value : null,
    error: outcome.ok ? null : outcome.error,
  });
  warn(draft, effect, outcome);
  settle(draft);
  return null;
};

/** A file or failure workflow that could not be had is a warning; a failed check is more, see `finish-run`. */
const warn = (draft: Draft, effect: PendingEffect, outcome: EffectOutcome): void => {
  if (outcome.ok || effect.type === 'checks') return;
  if (effect.type === 'compensation') {
    raise(draft, null, `not everything was undone: ${outcome.error}`);
    return;
  }
  const [task, what] =
    effect.type === 'file'
      ? [effect.task, `${effect.path} was not written`]
      : [null, 'the failure workflow did not start'];
  draft.emit({ type: 'WarningRaised', task, message: `${what}: ${outcome.error}` });
};
