/** What the team is told: a failure, an alert. */
import { showValue } from '../card/show-value.ts';
import { cut } from '../../lib/cut.ts';
import { printActionId } from '../action-id.ts';
import { messageOf } from '../message.ts';
import { iconOfRun } from '../status-icons.ts';
import type { Severity } from '../routes.ts';
import type { Inline, Line, OutgoingMessage } from '../port.ts';
import type { RunView, TaskView } from '../../engine/view.types.ts';

/** What went wrong, short enough to compare one failure with another. */
export interface Failure {
  readonly task: TaskView | null;
  readonly error: string;
}

/** The first task that failed in the present generation, with its error's type. */
export const failureOf = (view: RunView): Failure => {
  const failed = view.tasks.filter((row) => row.status === 'FAILED' || row.status === 'TIMED_OUT');
  const task =
    failed.find((row) => view.reason?.startsWith(`${row.id}:`) === true) ?? failed[0] ?? null;
  return { task, error: task?.attempts.at(-1)?.error?.type ?? view.status };
};

/** Failures of one incident are the same workflow, task and error type. */
export const incidentKey = (view: RunView): string => {
  const { task, error } = failureOf(view);
  return JSON.stringify([view.workflow.id, task?.task ?? null, error]);
};

/** The failure notice; `count` failures of the incident so far, the present one included. */
export const noticeMessage = (parts: {
  readonly view: RunView;
  readonly roles: readonly string[];
  readonly count: number;
  /** Last lines of the run's log. */
  readonly log: readonly string[];
  readonly failureRun: RunView | null;
  /** Who said "I'm on it", or null. */
  readonly takenBy: string | null;
}): OutgoingMessage => {
  const { view, roles, count, log, failureRun, takenBy } = parts;
  const icon = iconOfRun(view);
  const { task, error } = failureOf(view);
  const what: Line[] = [
    [showValue(view.reason ?? `${view.workflow.id} ended ${view.status}`, 300)],
    ['started by ', { type: 'strong', text: view.started_by }],
  ];
  if (task !== null) {
    const tries = task.attempts.length === 1 ? '1 attempt' : `${task.attempts.length} attempts`;
    what.push([`task ${task.id}: ${error} after ${tries}`]);
  }
  what.push([doneText(view, failureRun)]);
  if (takenBy !== null) what.push([{ type: 'strong', text: `${takenBy} is on it` }]);
  return messageOf({
    text: [
      [
        ...roles.flatMap((id): Inline[] => [{ type: 'role', id }, ' ']),
        `${view.workflow.id} ${view.handle} has failed${count > 1 ? ` (${count} times)` : ''}`,
      ],
    ],
    card: {
      title: `${icon.icon} ${icon.word} · ${view.workflow.id} · ${view.handle}${
        count > 1 ? ` · ×${count}` : ''
      }`,
      tone: 'failed',
      sections: [
        { heading: null, lines: what },
        ...(log.length === 0
          ? []
          : [
              {
                heading: 'Last log lines',
                lines: [[{ type: 'pre' as const, text: cut(log.join('\n'), 900) }]],
              },
            ]),
      ],
      footer: `run ${view.run}`,
    },
    actions: [
      [
        { id: printActionId({ type: 'retry', run: view.run }), label: 'Retry', style: 'primary' },
        { id: printActionId({ type: 'logs', run: view.run }), label: 'Logs', style: 'neutral' },
        {
          id: printActionId({ type: 'mine', run: view.run }),
          label: "I'm on it",
          style: 'neutral',
        },
      ],
    ],
    ping: { users: [], roles },
  });
};

/** A monitoring alert for the team. */
export const alertMessage = (
  view: RunView,
  alert: RunView['alerts'][number],
  roles: readonly string[],
  severity: Severity,
): OutgoingMessage =>
  messageOf({
    text: [
      [
        ...roles.flatMap((id): Inline[] => [{ type: 'role', id }, ' ']),
        `${severity}: ${alert.action} in ${view.workflow.id} ${view.handle}: ${cut(alert.detail, 300)}`,
      ],
    ],
    ping: { users: [], roles },
  });

const doneText = (view: RunView, failureRun: RunView | null): string => {
  if (view.failure_run === null)
    return 'The run has ended; its finished tasks are kept for a retry.';
  if (failureRun === null) return `Failure workflow ${view.failure_run} was started.`;
  const steps = failureRun.tasks.map((task) => `${task.name} ${task.status.toLowerCase()}`);
  return `Failure workflow ${failureRun.handle} (${failureRun.status.toLowerCase()}): ${cut(steps.join(', '), 300)}`;
};
