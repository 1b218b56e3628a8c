/** The nameable thing each open task waits for (I6, I8). */
import { isoTime } from '../lib/sirius.ts';
import { formatDuration } from '../../grammar/duration.ts';
import type { Rate } from '../../grammar/rate.ts';
import { isTerminal, isUnderWay, openAttempt, taskOf } from './tasks.ts';
import { keyLimit } from './concurrency-key.ts';
import type { TaskDefinition, WorkflowDefinition } from './definition.ts';
import { groupOf } from './graph.ts';
import { definitionOf, ownerOf, placeOf } from './plan.ts';
import { latestInside, summaryOf } from './row-summary.ts';
import { iterationsOf } from './rows.ts';
import type { Approval, Rows, RunState, TaskState } from './state.ts';
import type { WaitingFor } from './view.types.ts';

export const waitingFor = (run: RunState, task: TaskState): WaitingFor | null => {
  switch (task.status) {
    case 'PENDING':
      return run.ended === null ? pending(run, task, task.queuedAt) : null;
    case 'IN_PROGRESS':
      return task.rows === null ? working(task) : inside(task, task.rows);
    case 'PENDING_APPROVAL': {
      const { requestedAt, expiresAt } = task.approval;
      return waiting('person', question(task.approval), requestedAt, expiresAt);
    }
    case 'RETRYING': {
      const attempt = task.attempts.length + 1;
      return waiting('timer', `attempt ${attempt}`, task.since, task.dueAt);
    }
    default:
      return null;
  }
};

const working = (task: TaskState): WaitingFor | null => {
  const open = openAttempt(task);
  if (open === null) return null;
  if (open.child !== null) {
    const { workflow, run } = open.child;
    return waiting('child', `${workflow} ${run}`, open.dispatchedAt, open.deadline);
  }
  if (open.wait !== null) {
    const { until, signal } = open.wait;
    return signal === null
      ? waiting('timer', 'its time', open.dispatchedAt, until)
      : waiting('signal', signal, open.dispatchedAt, open.deadline);
  }
  const who = open.agent ?? 'the agent';
  if (open.offerAt !== null) {
    return waiting('timer', `${who} asked to be offered it again`, open.dispatchedAt, open.offerAt);
  }
  return open.claimedAt === null
    ? waiting('agent', who, open.offeredAt, open.deadline)
    : waiting('agent', `${who} (claimed)`, open.claimedAt, open.deadline);
};

/** A FOR_EACH or a loop waits for what is under way inside it. */
const inside = (task: TaskState, rows: Rows): WaitingFor => {
  const open = latestInside(rows)
    .filter(isUnderWay)
    .map(({ id }) => id);
  const named = open.slice(0, NAMED).join(', ');
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
  if (rows.kind === 'iterations') {
    const detail = `${named}${more} (iteration ${iterationsOf(task.rows)})`;
    return waiting('task', detail, rows.since, null);
  }
  const { ended, total } = summaryOf(rows);
  return waiting('task', `${named}${more} (${ended} of ${total} items done)`, rows.since, null);
};

/** So many rows are named, of the rest only their number is told. */
const NAMED = 5;

/** A task that has not started: for a slot, for tasks before it, or for the run to be resumed. */
const pending = (run: RunState, task: TaskState, queuedAt: number | null): WaitingFor => {
  const definition = definitionOf(run.definition, task.id);
  if (queuedAt !== null) {
    const wanted = wantedSlots(run.definition, definition, task).join(' and ');
    return waiting('slot', wanted, queuedAt, null);
  }
  const held = heldFor(run);
  if (held !== null) return held;
  const place = placeOf(run.definition, task.id);
  const owner = place === null ? null : ownerOf(place);
  if (owner !== null && place?.steps.at(-1)?.owner.type === 'FOR_EACH') {
    const since = taskOf(run, owner)?.rows?.since ?? run.generationStartedAt;
    return waiting('task', `its turn in ${owner}`, since, null);
  }
  const open = before(run, task).filter((id) => {
    const other = taskOf(run, id);
    return other !== null && !isTerminal(other);
  });
  if (open.length > 0) return waiting('task', open.join(', '), run.generationStartedAt, null);
  return run.status === 'PAUSED'
    ? waiting('person', 'the run to be resumed', run.pausedAt ?? run.updatedAt, null)
    : waiting('task', before(run, task).join(', '), run.generationStartedAt, null);
};

/** What keeps the whole run from beginning, or null. */
export const heldFor = (run: RunState): WaitingFor | null => {
  const since = run.generationStartedAt;
  if (run.notBefore !== null) return waiting('timer', 'its planned start', since, run.notBefore);
  if (!run.needsPlace) return null;
  const limits = run.places.map(({ group, max, rate }) => `${group} (${limitText(max, rate)})`);
  return waiting('slot', `a place among the runs of ${limits.join(' and ')}`, since, null);
};

const before = (run: RunState, task: TaskState): readonly string[] => {
  const { graph, suffix } = groupOf(run.definition, task.id);
  const node = graph.nodes.get(task.id.slice(0, task.id.length - suffix.length));
  const ids = new Set([...(node?.needs ?? []), ...(node?.routers ?? [])]);
  return [...ids].map((id) => id + suffix);
};

/** The limits that a queued task waits for. */
const wantedSlots = (
  workflow: WorkflowDefinition,
  definition: TaskDefinition | null,
  task: TaskState,
): readonly string[] => {
  const wanted = task.status === 'PENDING' ? task.queuedFor : undefined;
  if (wanted === undefined) return [`a free slot of ${agentOf(definition)}`];
  const { concurrency, rate } = keyLimit(workflow, wanted.key);
  const place = `a place of the concurrency key "${wanted.key}" (${limitText(concurrency, rate)})`;
  return wanted.agent === null ? [place] : [place, `a free slot of ${wanted.agent}`];
};

const limitText = (max: number | null, rate: Rate | null): string => {
  const most = max === null ? [] : [`${max} at a time`];
  const often = rate === null ? [] : [`${rate.count} per ${formatDuration(rate.per)}`];
  return [...most, ...often].join(', ');
};

const agentOf = (task: TaskDefinition | null): string =>
  task?.type === 'SIMPLE' ? task.executor.name : 'its agent';

const question = ({ options, quorum, votes }: Approval): string => {
  const answers = options.join(' | ');
  return quorum === 1 ? answers : `${answers} (${votes.length} of ${quorum} votes)`;
};

const waiting = (
  kind: WaitingFor['kind'],
  detail: string,
  since: number,
  until: number | null,
): WaitingFor => ({
  kind,
  detail,
  since: isoTime(since),
  until: until === null ? null : isoTime(until),
});
