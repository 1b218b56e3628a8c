/** What approve, reject and choose have in common: an answer to an open question. */
import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { noteOf } from './notes.ts';
import { toldOf } from './told.ts';
import { whichRun } from './which-run.ts';
import { suggest } from '../grammar/suggest.ts';
import type { CommandRequest, Reply } from './command.ts';
import type { RunView, TaskView } from '../src/engine/view.types.ts';

/** Answers with `option`; null: the option is the word behind the run (and the task, if named). */
export const answer = async (request: CommandRequest, option: string | null): Promise<Reply> => {
  const which = await whichRun(request, waits);
  if (which.type === 'reply') return which.reply;
  const { line } = request;
  const { view } = which;
  let used = which.words;
  const named = openTasks(view).find((task) => sameWord(task.id, line.words[used]?.text));
  if (named !== undefined) used += 1;
  const word = line.words[used];
  const options = optionsOf(view, named ?? null);
  const asked = option ?? options.find((one) => sameWord(one, word?.text)) ?? null;
  if (asked === null) {
    return mistakeReply(line, [unknownOption(request, used, options)]);
  }
  if (option === null) used += 1;
  const result = await request.engine.operate(
    {
      type: 'choose',
      run: view.run,
      task: named?.id ?? null,
      option: asked,
      note: noteOf(line, used),
    },
    request.identity,
  );
  if (result.type === 'rejected') return { type: 'refused', rejection: result };
  return { type: 'text', lines: [[...toldOf(view), `: ${asked} by ${request.identity.name}`]] };
};

/** True when a person is asked something in this run. */
const waits = (view: RunView): boolean => openTasks(view).length > 0;

const openTasks = (view: RunView): readonly TaskView[] =>
  view.tasks.filter((task) => task.approval !== null && task.status === 'PENDING_APPROVAL');

const optionsOf = (view: RunView, task: TaskView | null): readonly string[] => [
  ...new Set(
    (task === null ? openTasks(view) : [task]).flatMap((one) => one.approval?.options ?? []),
  ),
];

const unknownOption = (
  { line }: CommandRequest,
  used: number,
  options: readonly string[],
): ReturnType<typeof mistakeAt> => {
  const word = line.words[used];
  if (word === undefined) {
    return mistakeAt('CMD203', endOf(line), 'Which option is chosen?', {
      expected: options,
      hint: options.length === 0 ? 'this run asks nothing now' : null,
    });
  }
  const near = suggest(word.text, [...options], 3);
  return mistakeAt('CMD206', word.span, `"${word.text}" is no option of this question`, {
    expected: options,
    hint: options.length === 0 ? 'this run asks nothing now' : null,
    replacement: near.length === 1 ? (near[0] ?? null) : null,
  });
};

const sameWord = (a: string, b: string | undefined): boolean =>
  a.toLowerCase() === b?.toLowerCase();
