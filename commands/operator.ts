/** What pause, resume, cancel and retry have in common. */
import { noteOf } from './notes.ts';
import { whichRun } from './which-run.ts';
import type { Command, ReplyLine } from './command.ts';
import { toldOf } from './told.ts';
import type { OperatorResult } from '../src/runtime/engine.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** A verb that asks the engine for another state of one run. */
export const operatorCommand = (options: {
  readonly verb: 'pause' | 'resume' | 'cancel' | 'retry';
  readonly summary: string;
  /** Live runs it could be about when none is named. */
  readonly candidate: (view: RunView) => boolean;
  readonly done: string;
  readonly already: string;
}): Command => ({
  verb: options.verb,
  summary: options.summary,
  usage: `${options.verb} <run> [note="why"]`,
  keys: ['note'],
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, options.candidate);
    if (which.type === 'reply') return which.reply;
    const { view, words } = which;
    const note = noteOf(request.line, words);
    const dryRun = request.line.flags.some((flag) => flag.name === 'dry-run');
    const result = await request.engine.operate(
      { type: options.verb, run: view.run, note },
      request.identity,
      { dryRun },
    );
    if (result.type === 'rejected') return { type: 'refused', rejection: result };
    const word = result.changed || dryRun ? options.done : options.already;
    const start = dryRun ? `would be ${word}` : word;
    return { type: 'text', lines: [[...toldOf(view), ` ${start}`], ...preview(result)] };
  },
});

/** Which tasks run again and which are kept. */
const preview = (
  result: Extract<OperatorResult, { readonly type: 'done' }>,
): readonly ReplyLine[] => [
  ...(result.runAgain.length > 0 ? [[`again: ${result.runAgain.join(', ')}`]] : []),
  ...(result.kept.length > 0 ? [[`kept: ${result.kept.join(', ')}`]] : []),
];
