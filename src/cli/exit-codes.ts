import type { RunStatus } from '../engine/state.ts';

/** What the program's exit code says. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  waiting: 5,
  cancelled: 6,
  locked: 7,
  interrupted: 130,
} as const;

/** The exit code for a run that was followed. */
export const exitOfRun = (status: RunStatus): number => {
  switch (status) {
    case 'COMPLETED':
    case 'RUNNING':
    case 'PAUSED':
      return EXIT.ok;
    case 'CANCELLED':
      return EXIT.cancelled;
    case 'FAILED':
    case 'TIMED_OUT':
    case 'QUARANTINED':
      return EXIT.failed;
  }
};
