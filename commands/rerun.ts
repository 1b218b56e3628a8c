import { againOf } from './rerun-asked.ts';
import { operatorCommand } from './operator.ts';

/** `rerun <run> [task]`: from a task on, or everything. */
export const rerun = operatorCommand({
  verb: 'rerun',
  summary: 'runs a task and all that follows it again, or the whole run',
  takes: '[task] [--latest] [key=value …]',
  flags: ['latest'],
  candidate: (view) => view.ended_at !== null,
  done: 'run again',
  already: 'is running already',
  make: (request, view, used) => againOf(request, view, used, { takesTask: true }),
});
