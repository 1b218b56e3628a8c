import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import type { Command, CommandRequest, Reply } from './command.ts';
import type { Word } from '../grammar/command/model.ts';
import type { Rejection } from '../src/engine/commands.ts';
import type { RunView } from '../src/engine/view.types.ts';
import type { OperatorCommand } from '../src/runtime/engine.ts';

/** `can-i <workflow>`, `can-i <verb> <run>`: whether the person may, and by which rule not. */
export const canI: Command = {
  verb: 'can-i',
  summary: 'says whether you may start a workflow, or do something to a run',
  usage: 'can-i [run] <workflow> | can-i <verb> <run>',
  completes: 'workflow',
  async run(request) {
    const { line, engine, identity } = request;
    const [first, second] = line.words;
    if (first !== undefined && second !== undefined && isAct(first.text)) {
      return mayOperate(request, first.text.toLowerCase(), second);
    }
    const word = first?.text.toLowerCase() === 'run' && second !== undefined ? second : first;
    if (word === undefined) {
      return mistakeReply(line, [mistakeAt('CMD203', endOf(line), 'Which workflow is meant?')]);
    }
    const refusal = await engine.mayStart(word.text, identity);
    if (refusal !== null) return { type: 'refused', rejection: refusal };
    return { type: 'text', lines: [[`Yes, ${identity.name} may start ${word.text}.`]] };
  },
};

type Act = (view: RunView, run: string) => OperatorCommand;

const note = null;

/** What would be asked of the engine; nothing is, beyond a dry run. */
const ACTS: Readonly<Record<string, Act>> = {
  pause: (_view, run) => ({ type: 'pause', run, note }),
  resume: (_view, run) => ({ type: 'resume', run, note }),
  cancel: (_view, run) => ({ type: 'cancel', run, note }),
  retry: (_view, run) => ({ type: 'retry', run, note }),
  rerun: (_view, run) => ({ type: 'rerun', run, task: null, latest: false, input: null, note }),
  restart: (_view, run) => ({ type: 'rerun', run, task: null, latest: false, input: null, note }),
  skip: ({ tasks }, run) => {
    const task = tasks.find(({ status }) => status === 'PENDING') ?? tasks[0];
    return { type: 'skip', run, task: task?.id ?? '', output: {}, note };
  },
  approve: choosing,
  reject: choosing,
  choose: choosing,
};

function choosing({ tasks }: RunView, run: string): OperatorCommand {
  const asked = tasks.find(({ approval }) => approval !== null);
  const task = asked ?? tasks.find(({ type }) => type === 'HUMAN');
  const option = asked?.approval?.options[0] ?? 'APPROVE';
  return { type: 'choose', run, task: task?.id ?? null, option, note };
}

const isAct = (word: string): boolean => Object.hasOwn(ACTS, word.toLowerCase());

const mayOperate = async (
  { line, engine, identity }: CommandRequest,
  verb: string,
  word: Word,
): Promise<Reply> => {
  const found = await engine.resolve(word.text);
  const view = found.type === 'found' ? await engine.view(found.run) : null;
  const act = ACTS[verb];
  if (view === null || act === undefined) {
    const problem = mistakeAt('CMD205', word.span, `No run is called "${word.text}"`);
    return mistakeReply(line, [problem]);
  }
  const result = await engine.operate(act(view, view.run), identity, { dryRun: true });
  if (result.type === 'rejected' && isAboutPeople(result)) {
    return { type: 'refused', rejection: result };
  }
  const but = result.type === 'rejected' ? ` But not now: ${result.message}.` : '';
  return { type: 'text', lines: [[`Yes, ${identity.name} may ${verb} ${view.handle}.${but}`]] };
};

/** A refusal because of who asks, not because of how the run stands. */
const isAboutPeople = ({ code }: Rejection): boolean =>
  code === 'NOT_ALLOWED' || code === 'REQUESTER_MAY_NOT_CHOOSE';
