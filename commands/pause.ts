import { alone, operatorCommand } from './operator.ts';

/** `pause <run>`. */
export const pause = operatorCommand({
  verb: 'pause',
  summary: 'stops new tasks of a run from starting',
  candidate: (view) => view.status === 'RUNNING',
  done: 'paused',
  already: 'is paused already',
  make: alone('pause'),
});
