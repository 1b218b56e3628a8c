/** The nameable thing each open task waits for (I6, I8). */
import { isoTime } from '../lib/sirius.ts';
import { formatDuration } from '../../grammar/duration.ts';
import { openAttempt, isTerminal, taskOf } from './tasks.ts';
import type { TaskDefinition } from './definition.ts';
import { graphOf } from './graph.ts';
import type { Approval, RunState, TaskState } from './state.ts';
import type { WaitingFor } from './view.types.ts';

export const waitingFor = (run: RunState, task: TaskState): WaitingFor | null => {
  switch (task.status) {
    case 'PENDING':
      return run.ended === null ? pending(run, task, task.queuedAt) : null;
    case 'IN_PROGRESS':
      return working(task);
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
  const who = open.agent ?? 'the agent';
  if (open.offerAt !== null) {
    return waiting('timer', `${who} asked to be offered it again`, open.dispatchedAt, open.offerAt);
  }
  return open.claimedAt === null
    ? waiting('agent', who, open.offeredAt, open.deadline)
    : waiting('agent', `${who} (claimed)`, open.claimedAt, open.deadline);
};

/** A task that has not started: for a slot, for tasks before it, or for the run to be resumed. */
const pending = (run: RunState, task: TaskState, queuedAt: number | null): WaitingFor => {
  const definition = graphOf(run.definition).nodes.get(task.id)?.task;
  if (queuedAt !== null) {
    return waiting('slot', `a free slot of ${agentOf(definition)}`, queuedAt, null);
  }
  const held = heldFor(run);
  if (held !== null) return held;
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
  const limits = run.places.map(({ group, max, rate }) => {
    const most = max === null ? [] : [`${max} at a time`];
    const often = rate === null ? [] : [`${rate.count} per ${formatDuration(rate.per)}`];
    return `${group} (${[...most, ...often].join(', ')})`;
  });
  return waiting('slot', `a place among the runs of ${limits.join(' and ')}`, since, null);
};

const before = (run: RunState, task: TaskState): readonly string[] => {
  const node = graphOf(run.definition).nodes.get(task.id);
  return [...new Set([...(node?.needs ?? []), ...(node?.routers ?? [])])];
};

const agentOf = (task: TaskDefinition | undefined): string =>
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
