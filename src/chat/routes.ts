/** Which channel hears of what: the team's notification routes. */

export type Severity = 'info' | 'warning' | 'error' | 'critical';

/** One route of the settings. A condition that is not given matches everything. */
export interface NotificationRoute {
  /** Definition id, `*` as wildcard, compared without case. */
  readonly workflow?: string | undefined;
  /** A {@link Severity}. */
  readonly severity?: string | undefined;
  /** Id of the failing task, `*` as wildcard. */
  readonly task?: string | undefined;
  readonly channel: string;
  /** Role ids or names to mention. */
  readonly roles: readonly string[];
  /** Channel to use when `channel` cannot be posted to. */
  readonly fallback?: string | undefined;
  /** User id to write to when neither can. */
  readonly owner?: string | undefined;
}

/** What is to be told. */
export interface Notice {
  readonly workflow: string;
  readonly severity: Severity;
  readonly task: string | null;
}

/** The first route, in written order, that matches; null when none does. */
export const chooseRoute = (
  routes: readonly NotificationRoute[],
  notice: Notice,
): NotificationRoute | null =>
  routes.find(
    (route) =>
      (route.workflow === undefined || matches(route.workflow, notice.workflow)) &&
      (route.severity === undefined || route.severity === notice.severity) &&
      (route.task === undefined || (notice.task !== null && matches(route.task, notice.task))),
  ) ?? null;

/** How bad an alert's action is. */
export const severityOfAlert = (action: string): Severity => {
  if (action.includes('critical')) return 'critical';
  return action === 'notify_team' ? 'info' : 'warning';
};

const matches = (pattern: string, text: string): boolean => {
  const source = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('.*')}$`, 'i').test(text);
};
