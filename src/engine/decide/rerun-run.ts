import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { rerunPlan } from '../operator-preview.ts';
import { refuseOperation } from '../permissions.ts';
import { settle } from '../settle.ts';
import type { CommandOf } from './command.ts';
import { stillOpen, unknownTask } from './refusals.ts';

/** Starts the next generation from a task on, or from the beginning (I7). */
export const rerunRun = (command: CommandOf<'RerunRun'>, draft: Draft): Rejection | null => {
  const { run } = draft;
  const { task, input, latest } = command;
  const kind = task === null ? 'restart' : 'rerun';
  const refusal = refuseOperation(run, kind, command.actor) ?? stillOpen(run, kind);
  if (refusal !== null) return refusal;
  const definition = latest?.definition ?? run.definition;
  if (task !== null && !definition.tasks.some(({ id }) => id === task)) {
    return unknownTask(run, definition, task);
  }
  draft.emit({
    type: 'GenerationStarted',
    generation: run.generation + 1,
    kind,
    runAgain: rerunPlan(run, definition, task).runAgain,
    by: command.actor,
    note: command.note,
    ...(task === null ? {} : { from: task }),
    ...(input === null ? {} : { input: input.values, defaulted: input.defaulted }),
    ...(input?.seal === undefined ? {} : { seal: input.seal }),
    ...(latest === null ? {} : { definition, sha256: latest.sha256 }),
  });
  settle(draft);
  return null;
};
