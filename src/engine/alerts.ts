import type { Draft } from './draft.ts';
import { conditionHolds } from './expressions.ts';
import { METRICS, metricOf } from './metrics.ts';
import { scopeOf } from './scope.ts';

/**
 * Raises the alerts of `monitoring` whose condition holds now, once per run and alert. One
 * that cannot be evaluated yet, because nothing gave its metric, is left for later.
 */
export const raiseAlerts = (draft: Draft): void => {
  draft.run.definition.monitoring.alerts.forEach(({ condition, action }, index) => {
    const key = `alert:${index}`;
    if (draft.run.alerts.some((alert) => alert.key === key)) return;
    const holds = conditionHolds(condition, scopeOf(draft.run, draft.now));
    if (!holds.ok || !holds.value) return;
    draft.emit({ type: 'AlertRaised', key, condition, action, detail: detailOf(draft, condition) });
  });
};

/** The condition with the figures it went by. */
const detailOf = (draft: Draft, condition: string): string => {
  const figures = METRICS.filter((name) => condition.includes(name)).flatMap((name) => {
    const value = metricOf(draft.run, name, draft.now);
    return value === null ? [] : [`${name} is ${value}`];
  });
  return figures.length === 0 ? condition : `${condition} (${figures.join(', ')})`;
};
