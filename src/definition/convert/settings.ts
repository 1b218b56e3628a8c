/** The parts of a definition that are not about tasks: monitoring, permissions, checks. */
import type { Check, Monitoring, Permissions } from '../../engine/definition.ts';
import { listOf } from '../written-parts.ts';
import type { WrittenWorkflow } from '../written.ts';
import { conditionText } from './common.ts';

export const convertMonitoring = (written: WrittenWorkflow['monitoring']): Monitoring => ({
  reportFrequency: written?.report_frequency ?? null,
  logTo: written?.log_to ?? null,
  metrics: listOf(written?.metrics),
  alerts: (written?.alerts ?? []).map((alert) => ({
    condition: conditionText(alert.condition) ?? '',
    action: alert.action,
  })),
});

export const convertPermissions = (written: WrittenWorkflow['permissions']): Permissions => ({
  whoCanStart: listOrNull(written?.who_can_start),
  whoCanApprove: listOrNull(written?.who_can_approve),
  readAccess: listOrNull(written?.read_access)?.map(inputName) ?? null,
  writeAccess: listOrNull(written?.write_access)?.map(inputName) ?? null,
  forbiddenOperations: listOf(written?.forbidden_operations),
});

export const convertChecks = (
  written: NonNullable<WrittenWorkflow['validation']>['pre_execution_checks'],
): readonly Check[] =>
  (written ?? []).map((check) =>
    typeof check === 'string'
      ? { check, error: null }
      : { check: check.check, error: check.error ?? null },
  );

/** An empty key counts as absent, an empty list as nobody or nothing. */
const listOrNull = (written: string | readonly string[] | null | undefined) =>
  written === null || written === undefined ? null : listOf(written);

/** `${workflow.input.x}` is a long way to say the input `x`. */
const inputName = (entry: string): string =>
  /^\$\{\s*workflow\.input\.([\w-]+)\s*\}$/u.exec(entry.trim())?.[1] ?? entry;
