import { mistakeAt, mistakeReply } from './mistake.ts';
import { textOf, argumentOf } from './notes.ts';
import { whichRun } from './which-run.ts';
import { parseDuration } from '../grammar/duration.ts';
import { isJsonObject } from '../src/lib/json.ts';
import type { Command, CommandRequest, Reply } from './command.ts';
import type { RunLine, RunView } from '../src/engine/view.types.ts';

/** `status`: mine and this channel's runs; of one run; or of all that match. */
export const status: Command = {
  verb: 'status',
  summary: "shows your runs and this channel's, one run, or those that match",
  usage: 'status [<run> | <state>] [since=24h] [workflow=inv*]',
  keys: ['since', 'workflow'],
  completes: 'run',
  async run(request) {
    const word = request.line.words[0]?.text.toLowerCase();
    const states = word === undefined ? undefined : STATES.get(word);
    const filtered = request.line.args.some((argument) => FILTERS.has(argument.key.toLowerCase()));
    if (states !== undefined || (word === undefined && filtered)) return matching(request, states);
    if (word === undefined && request.replyTo === null) return mine(request);
    const which = await whichRun(request, () => true);
    return which.type === 'reply' ? which.reply : { type: 'run', view: which.view };
  },
};

const FILTERS: ReadonlySet<string> = new Set(['since', 'workflow']);

/** Words for states; what is waiting for a person is running. */
const STATES: ReadonlyMap<string, readonly string[]> = new Map([
  ['running', ['RUNNING']],
  ['paused', ['PAUSED']],
  ['failed', ['FAILED', 'TIMED_OUT']],
  ['done', ['COMPLETED']],
  ['completed', ['COMPLETED']],
  ['cancelled', ['CANCELLED']],
  ['stuck', ['QUARANTINED']],
  ['all', []],
]);

const matching = async (
  { line, engine, now }: CommandRequest,
  states: readonly string[] | undefined,
): Promise<Reply> => {
  const since = textOf(line, 'since');
  const span = since === null ? null : parseDuration(since);
  const argument = argumentOf(line, 'since');
  if (since !== null && span === null && argument !== null) {
    const problem = mistakeAt('CMD204', argument.valueSpan, `"${since}" is no duration`, {
      hint: 'write 24h, 30m or 7d',
    });
    return mistakeReply(line, [problem]);
  }
  const workflow = textOf(line, 'workflow');
  const runs = await engine.list({
    ...(states === undefined || states.length === 0 ? {} : { status: states }),
    ...(workflow === null ? {} : { workflow }),
    ...(span === null ? {} : { since: now - span }),
    limit: 20,
  });
  return { type: 'runs', heading: line.text.slice(line.head?.span.start ?? 0).trim(), runs };
};

const mine = ({ engine, identity }: CommandRequest): Reply => {
  const runs = engine
    .live()
    .filter((view) => view.requester === `user:${identity.user}` || isHere(view, identity.channel))
    .toSorted((a, b) => b.created_at.localeCompare(a.created_at));
  return {
    type: 'runs',
    heading: "Your runs and this channel's",
    runs: runs.slice(0, 20).map(lineOf),
  };
};

const isHere = (view: RunView, channel: string | null): boolean =>
  channel !== null && isJsonObject(view.origin) && view.origin['channel'] === channel;

const lineOf = (view: RunView): RunLine => ({
  run: view.run,
  handle: view.handle,
  workflow: view.workflow.id,
  status: view.status,
  reason: view.reason ?? (view.waiting_for === 'person' ? 'waits for a person' : null),
  progress: view.progress,
  created_at: view.created_at,
  ended_at: view.ended_at,
  started_by: view.started_by,
});
