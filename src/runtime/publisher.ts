/**
 * What people are shown of the runs: the state file, the audit trail, logs that definitions ask for,
 * and whoever has subscribed. Owns no truth and holds nobody up; secrets are covered before it.
 */
import type { RunEvent } from '../engine/events.ts';
import { viewOf } from '../engine/view.ts';
import type { JournalRecord } from '../journal/journal.ts';
import type { Logger } from '../lib/logger.ts';
import type { RunChange } from './engine.ts';
import { recordedEvents, type CommittedRun } from './fold.ts';
import type { Commit } from './kernel.ts';
import { createMonitoringLog } from './monitoring-log.ts';
import type { Projections, Workspace } from './ports.ts';
import { auditLineOf, stateEntryOf } from './projector.ts';
import { asShown, changeOf } from './shown.ts';

export interface Publisher {
  readonly listeners: Set<(change: RunChange) => void>;
  /** A commit as it may be seen outside, once its work has begun. */
  commit(commit: Commit): void;
  /** How a run stands that was brought into memory. */
  state(run: CommittedRun): void;
  /** The run is no longer among those that are shown. */
  forget(run: string): void;
  /** Writes down what a killed engine had recorded and not shown; records in their order. */
  catchUp(): (record: JournalRecord<RunEvent>) => void;
  flush(): Promise<void>;
}

export const createPublisher = (options: {
  readonly projections: Projections;
  readonly workspace: Workspace;
  readonly logger: Logger;
}): Publisher => {
  const { projections } = options;
  const monitoringLog = createMonitoringLog(options);
  const listeners = new Set<(change: RunChange) => void>();
  return {
    listeners,
    commit(commit) {
      const change = changeOf(commit);
      projections.state(commit.state.id, () => stateEntryOf(change.view));
      projections.audit(commit.events.map(auditLineOf));
      monitoringLog.follow(commit);
      for (const listener of listeners) listener(change);
    },
    state({ state, version }) {
      projections.state(state.id, () => stateEntryOf(viewOf(state, { version })));
    },
    forget: (run) => projections.state(run, null),
    catchUp() {
      const audited = projections.audited();
      return (record) => {
        if (record.seq < audited) return;
        projections.audit(recordedEvents(record).map(asShown).map(auditLineOf));
      };
    },
    async flush() {
      await Promise.all([monitoringLog.flush(), projections.flush()]);
    },
  };
};
