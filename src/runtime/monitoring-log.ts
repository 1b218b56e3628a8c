/**
 * The log a definition asks for with `monitoring.log_to`: one line per task that ended and
 * one for the run, or every event with `report_frequency: per_event`. A courtesy for people;
 * the audit trail and the journal do not depend on it.
 */
import type { RecordedEvent } from '../engine/events.ts';
import { isoTime, siriusTime } from '../lib/sirius.ts';
import type { Logger } from '../lib/logger.ts';
import type { Commit } from './kernel.ts';
import type { Workspace } from './ports.ts';
import { auditLineOf } from './projector.ts';

export interface MonitoringLog {
  follow(commit: Pick<Commit, 'state' | 'events'>): void;
  /** Resolves when everything handed over is written. */
  flush(): Promise<void>;
}

const ENDS = new Set([
  'TaskCompleted',
  'TaskCompletedWithErrors',
  'TaskFailed',
  'TaskSkipped',
  'TaskCancelled',
  'RunEnded',
]);

export const createMonitoringLog = (options: {
  readonly workspace: Pick<Workspace, 'appendLine'>;
  readonly logger: Logger;
}): MonitoringLog => {
  let writing: Promise<void> = Promise.resolve();
  return {
    follow({ state, events }) {
      const { logTo, reportFrequency } = state.definition.monitoring;
      if (logTo === null) return;
      for (const recorded of events) {
        if (reportFrequency !== 'per_event' && !ENDS.has(recorded.event.type)) continue;
        writing = writing
          .then(() => options.workspace.appendLine(logTo, lineOf(recorded)))
          .catch((err: unknown) =>
            options.logger.warn({ run: state.id, file: logTo, err }, 'log_to cannot be written'),
          );
      }
    },
    flush: () => writing,
  };
};

const lineOf = (recorded: RecordedEvent): string =>
  `${siriusTime(recorded.at)} ${isoTime(recorded.at)} ${auditLineOf(recorded).text}`;
