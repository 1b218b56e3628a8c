import { alone, operatorCommand } from './operator.ts';

/** `cancel <run>`. */
export const cancel = operatorCommand({
  verb: 'cancel',
  summary: 'ends a run',
  candidate: (view) => view.status === 'RUNNING' || view.status === 'PAUSED',
  done: 'cancelled',
  already: 'is cancelled already',
  make: alone('cancel'),
});
