/** Which task of a run a word means. */
import { mistakeAt, mistakeReply } from './mistake.ts';
import type { CommandRequest, Reply } from './command.ts';
import { suggest } from '../grammar/suggest.ts';
import type { Word } from '../grammar/command/model.ts';
import type { RunView, TaskView } from '../src/engine/view.types.ts';

export type WhichTask =
  | { readonly type: 'task'; readonly task: TaskView }
  | { readonly type: 'reply'; readonly reply: Reply };

/** The task of that id, in any case. */
export const whichTask = ({ line }: CommandRequest, view: RunView, word: Word): WhichTask => {
  const wanted = word.text.toLowerCase();
  const task = view.tasks.find(({ id }) => id.toLowerCase() === wanted);
  if (task !== undefined) return { type: 'task', task };
  const ids = view.tasks.map(({ id }) => id);
  const near = suggest(word.text, ids, 3);
  const problem = mistakeAt('CMD208', word.span, `${view.handle} has no task "${word.text}"`, {
    hint: near[0] === undefined ? null : `did you mean ${near[0]}?`,
    expected: near.length > 0 ? near : ids.slice(0, 8),
    replacement: near.length === 1 ? (near[0] ?? null) : null,
  });
  return { type: 'reply', reply: mistakeReply(line, [problem]) };
};
