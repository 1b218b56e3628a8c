import { IN_VIEW, joinLogs } from '../attempt-log.ts';
import type { RunEvent } from '../events.ts';
import type { Attempt } from '../state.ts';

/** The rows of a task after an event about it; the same list when none changes. */
export const attemptsAfter = (
  attempts: readonly Attempt[],
  event: RunEvent,
  at: number,
): readonly Attempt[] => {
  switch (event.type) {
    case 'TaskDispatched': {
      const { attempt, generation, lease, agent, input, deadline, child = null, key } = event;
      const row = { attempt, generation, lease, agent, input, deadline, child };
      const opened = Object.assign(blank(at), row);
      return [...attempts, key === undefined ? opened : { ...opened, key }];
    }
    case 'ApprovalRequested': {
      const { attempt, generation, input, expiresAt } = event;
      return [...attempts, { ...blank(at), attempt, generation, input, deadline: expiresAt }];
    }
    case 'WaitStarted': {
      const { attempt, generation, until, signal, deadline } = event;
      return [
        ...attempts,
        { ...blank(at), attempt, generation, deadline, wait: { until, signal } },
      ];
    }
    case 'TaskClaimed':
      return changed(attempts, event.attempt, { claimedAt: at });
    case 'TaskProgressed': {
      const { percent, message } = event;
      return changed(attempts, event.attempt, { progress: { percent, message, at } });
    }
    case 'TaskLogged':
      return attempts.map((row) =>
        row.attempt === event.attempt ? { ...row, log: joinLogs([row.log, event], IN_VIEW) } : row,
      );
    case 'TaskDeferred': {
      const { lease, offerAt } = event;
      return changed(attempts, event.attempt, { lease, offerAt, claimedAt: null });
    }
    case 'TaskOffered':
      return changed(attempts, event.attempt, { offerAt: null, offeredAt: at });
    case 'AttemptFailed': {
      const { status, error, output } = event;
      return changed(attempts, event.attempt, { status, error, output, endedAt: at });
    }
    case 'AttemptCancelled':
      return changed(attempts, event.attempt, { status: 'CANCELLED', endedAt: at });
    case 'ChildFollowed':
      return attempts.map((row) =>
        row.attempt === event.attempt && row.child !== null
          ? { ...row, child: { ...row.child, generation: event.generation } }
          : row,
      );
    case 'TaskCompleted': {
      const { attempt, output } = event;
      if (attempt === null) return attempts;
      return changed(attempts, attempt, { status: 'COMPLETED', output, endedAt: at });
    }
    case 'TaskCancelled': {
      const last = attempts.at(-1);
      if (last?.status !== 'IN_PROGRESS') return attempts;
      return changed(attempts, last.attempt, { status: 'CANCELLED', endedAt: at });
    }
    default:
      return attempts;
  }
};

const blank = (at: number): Attempt => ({
  attempt: 0,
  generation: 0,
  status: 'IN_PROGRESS',
  agent: null,
  child: null,
  lease: '',
  input: {},
  dispatchedAt: at,
  offeredAt: at,
  offerAt: null,
  claimedAt: null,
  endedAt: null,
  deadline: null,
  wait: null,
  progress: null,
  log: null,
  output: null,
  error: null,
});

const changed = (
  attempts: readonly Attempt[],
  number: number,
  change: Partial<Attempt>,
): readonly Attempt[] =>
  attempts.map((row) => (row.attempt === number ? Object.assign({ ...row }, change) : row));
