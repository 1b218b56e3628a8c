/** What a run waits for and what would move it (I6: nothing that is not finished waits for nothing). */
import { isoTime } from '../lib/sirius.ts';
import { openRows } from './row-summary.ts';
import type { RunState, TaskState } from './state.ts';
import { explainOf } from './explain.ts';
import { viewOf } from './view.ts';
import type { WaitingFor, WhyView } from './view.types.ts';
import { heldFor, waitingFor } from './waiting-for.ts';

export const whyOf = (state: RunState): WhyView => ({
  schema: 'why/1',
  run: state.id,
  status: state.status,
  waiting:
    state.ended === null
      ? [...pause(state), ...hold(state), ...work(state), ...effects(state)]
      : [],
  tasks: explainOf(viewOf(state, { version: 0 })).tasks.filter(
    ({ status }) => status !== 'COMPLETED',
  ),
});

type Waiting = WhyView['waiting'][number];

const pause = (run: RunState): readonly Waiting[] => {
  if (run.status !== 'PAUSED') return [];
  const note = run.pausedBy?.note ?? null;
  const by = run.pausedBy?.name ?? 'someone';
  return [
    {
      task: null,
      kind: 'person',
      detail: `paused by ${by}${note === null ? '' : `: ${note}`}`,
      since: isoTime(run.pausedAt ?? run.updatedAt),
      until: null,
      fix: `resume ${run.handle}`,
    },
  ];
};

/** A run that has not begun. */
const hold = (run: RunState): readonly Waiting[] => {
  const waiting = heldFor(run);
  if (waiting === null) return [];
  const fix =
    waiting.kind === 'timer'
      ? `it begins by itself then; cancel ${run.handle} calls it off`
      : `it begins when another run ends (list), or cancel ${run.handle}`;
  return [{ task: null, ...waiting, fix }];
};

/** Rows under way. What merely waits for them is left out: they are what moves it. */
const work = (run: RunState): readonly Waiting[] =>
  openRows(run).flatMap(({ state: task }) => {
    if (task.rows !== null && task.status === 'IN_PROGRESS') return [];
    const waiting = waitingFor(run, task);
    return waiting === null ? [] : [{ task: task.id, ...waiting, fix: fixFor(run, task, waiting) }];
  });

const fixFor = (run: RunState, task: TaskState, { kind, detail }: WaitingFor): string => {
  switch (kind) {
    case 'person':
      return task.status === 'PENDING_APPROVAL'
        ? `choose ${run.handle} ${task.id} ${task.approval.options.join(' | ')}`
        : `resume ${run.handle}`;
    case 'agent':
      return `see that ${detail.replace(' (claimed)', '')} runs (agents), or cancel ${run.handle}`;
    case 'child':
      return `why ${detail.split(' ').at(-1) ?? detail} says what the child waits for`;
    case 'signal':
      return `signal ${run.handle} ${detail}`;
    case 'slot':
      return 'it starts when the agent ends other work; its limit is in agents.yaml';
    default:
      return `nothing to do but wait, or cancel ${run.handle}`;
  }
};

const effects = (run: RunState): readonly Waiting[] =>
  Object.values(run.pendingEffects).map((effect) => ({
    task: effect.type === 'file' ? effect.task : null,
    kind: 'bridge',
    detail:
      effect.type === 'file'
        ? `${effect.path} to be written`
        : effect.type === 'checks'
          ? 'its post checks'
          : effect.type === 'compensation'
            ? `run ${effect.run} that undoes it`
            : `failure workflow ${effect.run} to be started`,
    since: isoTime(run.updatedAt),
    until: null,
    fix: "it goes on by itself; if it does not, the bridge's log says what refuses",
  }));
