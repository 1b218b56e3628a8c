import { againOf } from './rerun-asked.ts';
import { operatorCommand } from './operator.ts';

/** `restart <run>`: everything again. */
export const restart = operatorCommand({
  verb: 'restart',
  summary: 'runs all of a run again',
  takes: '[--latest] [key=value …]',
  flags: ['latest'],
  candidate: (view) => view.ended_at !== null,
  done: 'restarted',
  already: 'is running already',
  make: (request, view, used) => againOf(request, view, used, { takesTask: false }),
});
