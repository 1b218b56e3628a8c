import { hasFlag, operatorCommand } from './operator.ts';

/** `cancel <run>`. */
export const cancel = operatorCommand({
  verb: 'cancel',
  summary: 'ends a run',
  takes: '[--compensate]',
  candidate: (view) => view.status === 'RUNNING' || view.status === 'PAUSED',
  done: 'cancelled',
  already: 'is cancelled already',
  flags: ['compensate'],
  make: (request, _view, used) => ({
    type: 'ask',
    command: { type: 'cancel', compensate: hasFlag(request, 'compensate') },
    used,
  }),
});
