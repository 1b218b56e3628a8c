import { acquireLock, readLock } from '../../journal/lock.ts';
import type { Host } from '../../lib/host/host.ts';
import type { StationLayout } from '../../station/layout.ts';
import type { Repair } from './repair.ts';

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
      async perform() {
        const lock = await acquireLock({ folder: workspace, host });
        await lock.release();
      },
    },
  ];
};
