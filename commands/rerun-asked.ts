/** What rerun and restart ask: from which task, with which definition and input. */
import { gatherInputs } from './inputs.ts';
import { mistakeReply } from './mistake.ts';
import { hasFlag, type Asked } from './operator.ts';
import { whichTask } from './which-task.ts';
import type { CommandRequest } from './command.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** Inputs in the line replace the run's; without any it keeps what it had. */
export const againOf = async (
  request: CommandRequest,
  view: RunView,
  used: number,
  { takesTask }: { readonly takesTask: boolean },
): Promise<Asked> => {
  const latest = hasFlag(request, 'latest');
  const word = takesTask ? request.line.words[used] : undefined;
  // With today's definition the task need not be in the run yet: the engine says so if it is in neither.
  const found = word === undefined || latest ? null : whichTask(request, view, word);
  if (found?.type === 'reply') return found;
  const gathered = await gatherInputs(request.line, request.attachments, OWN);
  if (gathered.problems.length > 0) {
    return { type: 'reply', reply: mistakeReply(request.line, gathered.problems) };
  }
  const input = Object.keys(gathered.values).length === 0 ? null : gathered.values;
  const task = found?.task.id ?? word?.text ?? null;
  return {
    type: 'ask',
    command: { type: 'rerun', task, latest, input },
    used: used + (word === undefined ? 0 : 1),
  };
};

/** Keys and flags that are the verb's own. */
const OWN = ['note', 'latest', 'dry-run'];
