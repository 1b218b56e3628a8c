/**
 * Owns what a command comes to: the events it leads to, or why it makes no sense. Pure: time,
 * randomness and free slots come in with the context. `decide/` holds one file per command;
 * each ends by settling, so that one decision holds everything that follows from it.
 *
 * I5: deciding twice on the same input gives the same events, and on the state they lead to
 * gives none again.
 */
import type { DecideContext, Decision, Rejection, RunCommand } from './commands.ts';
import { raiseAlerts } from './alerts.ts';
import { chooseOption } from './decide/choose-option.ts';
import { cancelRun } from './decide/cancel-run.ts';
import { claimTask } from './decide/claim-task.ts';
import { completeTaskCommand } from './decide/complete-task.ts';
import { endChild } from './decide/end-child.ts';
import { deferTask } from './decide/defer-task.ts';
import { expireLease } from './decide/expire-lease.ts';
import { failTaskCommand } from './decide/fail-task.ts';
import { fireTimer } from './decide/fire-timer.ts';
import { grantSlot } from './decide/grant-slot.ts';
import { ignoreAnswer } from './decide/ignore-answer.ts';
import { pauseRun } from './decide/pause-run.ts';
import { recordEffect } from './decide/record-effect.ts';
import { recordMessage } from './decide/record-message.ts';
import { reopenRun } from './decide/reopen-run.ts';
import { releaseRun } from './decide/release-run.ts';
import { reportProgress } from './decide/report-progress.ts';
import { resumeRun } from './decide/resume-run.ts';
import { rerunRun } from './decide/rerun-run.ts';
import { retryRun } from './decide/retry-run.ts';
import { skipTask } from './decide/skip-task.ts';
import { signalRun } from './decide/signal-run.ts';
import { startRun } from './decide/start-run.ts';
import { createDraft, type Draft } from './draft.ts';
import type { RunEvent } from './events.ts';
import { never } from './never.ts';
import { notFound } from './rejection.ts';
import type { NoRun, RunState } from './state.ts';

export type { Decision };

/** What `command` comes to in `state`. Never throws on a state that `evolve` made. */
export const decide = (
  command: RunCommand,
  state: RunState | NoRun,
  context: DecideContext,
): Decision => {
  if (command.type === 'StartRun') return startRun(command, state, context);
  if (state.status === 'NONE') {
    return notFound(
      'RUN_UNKNOWN',
      `There is no run ${command.run}`,
      'workflow list shows the runs',
    );
  }
  const draft = createDraft(state, context);
  const rejection = follow(command, draft);
  if (rejection !== null) return rejection;
  if (draft.run.ended === null && draft.events.some(endsTask)) raiseAlerts(draft);
  return {
    type: 'accepted',
    events: draft.events,
    state: draft.events.length === 0 ? state : draft.run,
  };
};

/** A command on a run that exists. */
export type Commanded = Exclude<RunCommand, { type: 'StartRun' }>;

const follow = (command: Commanded, draft: Draft): Rejection | null => {
  switch (command.type) {
    case 'CompleteTask':
      return completeTaskCommand(command, draft);
    case 'FailTask':
      return failTaskCommand(command, draft);
    case 'DeferTask':
      return deferTask(command, draft);
    case 'ClaimTask':
      return claimTask(command, draft);
    case 'ReportProgress':
      return reportProgress(command, draft);
    case 'IgnoreAnswer':
      return ignoreAnswer(command, draft);
    case 'ExpireLease':
      return expireLease(command, draft);
    case 'FireTimer':
      return fireTimer(draft);
    case 'GrantSlot':
      return grantSlot(command, draft);
    case 'ReleaseRun':
      return releaseRun(draft);
    case 'RecordEffect':
      return recordEffect(command, draft);
    case 'RecordMessage':
      return recordMessage(command, draft);
    case 'PauseRun':
      return pauseRun(command, draft);
    case 'ResumeRun':
      return resumeRun(command, draft);
    case 'CancelRun':
      return cancelRun(command, draft);
    case 'RetryRun':
      return retryRun(command, draft);
    case 'RerunRun':
      return rerunRun(command, draft);
    case 'SkipTask':
      return skipTask(command, draft);
    case 'EndChild':
      return endChild(command, draft);
    case 'ReopenRun':
      return reopenRun(command, draft);
    case 'SignalRun':
      return signalRun(command, draft);
    case 'ChooseOption':
      return chooseOption(command, draft);
    default:
      return never(command);
  }
};

const endsTask = ({ type }: RunEvent): boolean =>
  type === 'TaskCompleted' || type === 'TaskCompletedWithErrors' || type === 'TaskFailed';
