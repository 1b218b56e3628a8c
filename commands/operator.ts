/** What the operator's verbs have in common: which run, the note, the dry run, the answer. */
import { noteOf } from './notes.ts';
import { whichRun } from './which-run.ts';
import type { Command, CommandRequest, Reply, ReplyLine } from './command.ts';
import { toldOf } from './told.ts';
import type { OperatorCommand, OperatorResult } from '../src/runtime/engine.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** A verb that asks the engine for something of one run. */
export const operatorCommand = (options: {
  readonly verb: string;
  readonly summary: string;
  /** What follows the run, such as `<task>`; nothing by default. */
  readonly takes?: string;
  readonly keys?: readonly string[];
  readonly flags?: readonly string[];
  /** Live runs it could be about when none is named. */
  readonly candidate: (view: RunView) => boolean;
  readonly done: string;
  readonly already: string;
  /** What is asked of the engine; `used` words have been read. */
  readonly make: (request: CommandRequest, view: RunView, used: number) => Asked | Promise<Asked>;
}): Command => ({
  verb: options.verb,
  summary: options.summary,
  usage: [options.verb, '<run>', options.takes, '[note="why"] [--dry-run]']
    .filter((part) => part !== undefined)
    .join(' '),
  keys: ['note', ...(options.keys ?? [])],
  flags: ['dry-run', ...(options.flags ?? [])],
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, options.candidate);
    if (which.type === 'reply') return which.reply;
    const { view } = which;
    const asked = await options.make(request, view, which.words);
    if (asked.type === 'reply') return asked.reply;
    const note = noteOf(request.line, asked.used);
    const dryRun = hasFlag(request, 'dry-run');
    const result = await request.engine.operate(
      { ...asked.command, run: view.run, note },
      request.identity,
      { dryRun },
    );
    if (result.type === 'rejected') return { type: 'refused', rejection: result };
    const word = result.changed || dryRun ? options.done : options.already;
    const start = dryRun ? `would be ${word}` : word;
    return { type: 'text', lines: [[...toldOf(view), ` ${start}`], ...preview(result)] };
  },
});

/** The command without what every command has; or an answer, when something is wrong with the line. */
export type Asked =
  | { readonly type: 'ask'; readonly command: Bare; readonly used: number }
  | { readonly type: 'reply'; readonly reply: Reply };

type Bare = OperatorCommand extends infer One
  ? One extends OperatorCommand
    ? Omit<One, 'run' | 'note'>
    : never
  : never;

/** A verb that needs nothing but the run. */
export const alone =
  (type: 'pause' | 'resume') =>
  (_request: CommandRequest, _view: RunView, used: number): Asked => ({
    type: 'ask',
    command: { type },
    used,
  });

export const hasFlag = ({ line }: CommandRequest, name: string): boolean =>
  line.flags.some((flag) => flag.name.toLowerCase() === name);

/** Which tasks run again and which are kept. */
const preview = (
  result: Extract<OperatorResult, { readonly type: 'done' }>,
): readonly ReplyLine[] => [
  ...(result.runAgain.length > 0 ? [[`again: ${result.runAgain.join(', ')}`]] : []),
  ...(result.kept.length > 0 ? [[`kept: ${result.kept.join(', ')}`]] : []),
];
