import { alone, operatorCommand } from './operator.ts';

/** `resume <run>`. */
export const resume = operatorCommand({
  verb: 'resume',
  summary: 'lets a paused run go on',
  candidate: (view) => view.status === 'PAUSED',
  done: 'resumed',
  already: 'is running already',
  make: alone('resume'),
});
