/** Which run a line is about: a handle or id in it, the card it answers, or the only candidate. */
import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import type { CommandRequest, Reply } from './command.ts';
import type { RunView } from '../src/engine/view.types.ts';

export type WhichRun =
  | {
      readonly type: 'run';
      readonly view: RunView;
      /** Words of the line that named it: 0 or 1. */
      readonly words: number;
    }
  | { readonly type: 'reply'; readonly reply: Reply };

/**
 * The run meant by the first word. Without one: the run whose message is answered, else the only
 * live run for which `candidate` holds.
 */
export const whichRun = async (
  request: CommandRequest,
  candidate: (view: RunView) => boolean,
): Promise<WhichRun> => {
  const { line, engine, replyTo } = request;
  const word = line.words[0];
  if (word !== undefined) {
    const found = await engine.resolve(word.text);
    if (found.type === 'found') return viewed(request, found.run, 1);
    if (found.type === 'unknown' && replyTo !== null) return viewed(request, replyTo, 0);
    if (found.type === 'ambiguous') {
      const names = found.candidates.slice(0, 5).map((run) => run.handle);
      const message = `"${word.text}" could be ${names.join(', ')}`;
      const problem = mistakeAt('CMD205', word.span, message, { expected: names });
      return { type: 'reply', reply: mistakeReply(line, [problem]) };
    }
    const [nearest] = found.suggestions;
    const problem = mistakeAt('CMD205', word.span, `No run is called "${word.text}"`, {
      hint: nearest === undefined ? 'list shows the runs there are' : `did you mean ${nearest}?`,
      expected: found.suggestions,
      replacement: found.suggestions.length === 1 ? (nearest ?? null) : null,
    });
    return { type: 'reply', reply: mistakeReply(line, [problem]) };
  }
  if (replyTo !== null) return viewed(request, replyTo, 0);
  const candidates = engine.live().filter(candidate);
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return { type: 'run', view: only, words: 0 };
  const handles = candidates.slice(0, 5).map((view) => view.handle);
  const verb = line.head?.text ?? 'status';
  const problem = mistakeAt('CMD203', endOf(line), 'Which run is meant?', {
    hint: handles.length === 0 ? 'list shows the runs there are' : `such as: ${verb} ${handles[0]}`,
    expected: handles,
  });
  return { type: 'reply', reply: mistakeReply(line, [problem]) };
};

const viewed = async (request: CommandRequest, run: string, words: number): Promise<WhichRun> => {
  const view = await request.engine.view(run);
  if (view !== null) return { type: 'run', view, words };
  const problem = mistakeAt('CMD205', endOf(request.line), `Run ${run} cannot be read`, {
    hint: 'list shows the runs there are',
  });
  return { type: 'reply', reply: mistakeReply(request.line, [problem]) };
};
