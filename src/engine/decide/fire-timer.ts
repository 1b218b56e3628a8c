import type { Rejection } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { dueItems, isDue, type Due } from '../due.ts';
import { expireApproval } from '../expire-approval.ts';
import { fatalTask } from '../failures.ts';
import { deadlinePassed, queueTimeoutPassed, runTimeoutPassed } from '../limits.ts';
import { endWait } from '../start-wait.ts';
import { settle } from '../settle.ts';

/** Decides everything due, in order of due time; what ends the run ends the rest with it. */
export const fireTimer = (draft: Draft): Rejection | null => {
  for (;;) {
    const due = dueItems(draft.run)
      .filter(({ at }) => at <= draft.now)
      .sort((a, b) => a.at - b.at);
    for (const item of due) {
      if (!isDue(draft.run, item)) continue;
      fire(draft, item);
      if ('task' in item && fatalTask(draft.run) !== null) settle(draft);
    }
    const before = draft.events.length;
    settle(draft);
    if (due.length === 0 || draft.events.length === before) return null;
  }
};

const fire = (draft: Draft, item: Due): void => {
  switch (item.kind) {
    case 'deadline':
      deadlinePassed(draft, item.task, item.attempt);
      return;
    case 'queue':
      queueTimeoutPassed(draft, item.task, item.attempt);
      return;
    case 'offer': {
      const { attempt } = item.attempt;
      draft.emit({ type: 'TaskOffered', task: item.task.id, attempt });
      return;
    }
    case 'wait':
      endWait(draft, item.task, item.attempt.attempt, {});
      return;
    case 'approval':
      expireApproval(draft, item.task, item.attempt);
      return;
    case 'run':
      runTimeoutPassed(draft);
      return;
    case 'begin':
      draft.emit({ type: 'RunReleased', from: 'time' });
      return;
    case 'retry':
    // Settling dispatches the attempts that are due.
  }
};
