import { readLock } from '../../journal/lock.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';
import { withStation } from './with-station.ts';

/** A lock whose process of this boot is gone: taken over and given back. */
export const findStaleLock = (
  { workspace }: Pick<StationLayout, 'workspace'>,
  host: Host,
): readonly Repair[] => {
  const holder = readLock(workspace, host);
  if (holder === null || holder.state !== 'gone') return [];
  return [
    {
      name: 'stale lock',
      detail: `process ${holder.pid} ended without giving the station back; its lock is taken away`,
      perform: () => withStation(workspace, host),
    },
  ];
};
