import type { RunLine } from '../engine/view.types.ts';
import type { RunFilter } from './engine.ts';

/** The runs that `filter` lets through, newest first. */
export const filterLines = (lines: readonly RunLine[], filter: RunFilter): readonly RunLine[] => {
  const workflow = filter.workflow === undefined ? null : wildcard(filter.workflow);
  const statuses = filter.status?.map((status) => status.toUpperCase());
  return lines
    .filter(
      (line) =>
        (statuses === undefined || statuses.includes(line.status)) &&
        (workflow === null || workflow.test(line.workflow)) &&
        (filter.startedBy === undefined || line.started_by === filter.startedBy) &&
        (filter.since === undefined || Date.parse(line.created_at) >= filter.since),
    )
    .sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0))
    .slice(0, filter.limit);
};

/** `inv*` as a pattern over whole ids, in any case. */
const wildcard = (pattern: string): RegExp => {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 'iu');
};
