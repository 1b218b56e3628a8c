/** What events about the run as a whole change. Events about one task are `task-change.ts`. */
import type { Child, GenerationStarted, RunEvent } from '../events.ts';
import { checksKey, failureKey } from '../keys.ts';
import { earlierOf, mapRows, pendingTask } from '../rows.ts';
import type { PendingEffect, Rows, RunState, TaskState } from '../state.ts';
import { isFailed, taskOf } from '../tasks.ts';
import type { Change } from './change.ts';

export const runChange = (run: RunState, event: RunEvent, at: number): Change => {
  switch (event.type) {
    case 'RunPaused': {
      const pausedBy = { name: event.by.name, note: event.note };
      return { run: { status: 'PAUSED', pausedAt: at, pausedBy } };
    }
    case 'RunReleased':
      return released(run, event.from, at);
    case 'RunResumed':
      return { run: { status: 'RUNNING', pausedAt: null, pausedBy: null } };
    case 'RunEnded': {
      const { status, reason, cause, task, output } = event;
      const ended = { at, reason, cause, task, output };
      return { run: { status, ended, pausedAt: null, pausedBy: null } };
    }
    case 'GenerationStarted':
      return newGeneration(run, event, at);
    case 'FileRequested': {
      const { task, path, content, format } = event;
      return requested(run, event.key, { type: 'file', task, path, content, format });
    }
    case 'ChecksRequested':
      return requested(run, event.key, { type: 'checks' });
    case 'FailureWorkflowRequested': {
      const { failureRun, input } = event;
      return requested(run, event.key, { type: 'failure_workflow', run: failureRun, input });
    }
    case 'CompensationRequested': {
      const { compensationRun, steps } = event;
      const pending = { type: 'compensation', run: compensationRun, steps } as const;
      const tasks = steps.map(({ task }) => task);
      const compensation = { run: compensationRun, tasks, outcome: null };
      return { run: { ...requested(run, event.key, pending).run, compensation } };
    }
    case 'SignalReceived': {
      const { name, payload, taken, by } = event;
      const signals = { ...run.signals, [name]: { payload, by: by.name, at, taken } };
      return { run: { signals } };
    }
    case 'SignalTaken': {
      const kept = run.signals[event.name];
      if (kept === undefined) return {};
      const signals = {
        ...run.signals,
        [event.name]: { ...kept, taken: [...kept.taken, event.by] },
      };
      return { run: { signals } };
    }
    case 'VariablesSet':
      return { run: { variables: { ...run.variables, ...event.variables } } };
    case 'EffectRecorded':
      return effectRecorded(run, event);
    case 'AlertRaised': {
      const { key, action, detail } = event;
      return { run: { alerts: [...run.alerts, { key, action, detail, at }] } };
    }
    case 'WarningRaised': {
      const { task, message } = event;
      return { run: { warnings: [...run.warnings, { task, message, at }] } };
    }
    case 'MessageRecorded':
      return { run: { messages: withMessage(run, event) } };
    default:
      return {};
  }
};

/** Its clock begins with it. */
const released = (run: RunState, from: 'time' | 'place', at: number): Change => {
  const clock = { generationStartedAt: at, uncountedTime: 0 };
  if (from === 'time') return { run: { ...clock, notBefore: null } };
  const paced = run.places.some(({ rate }) => rate !== null);
  const begun = paced ? { begun: [...(run.begun ?? []), at].slice(-MOST_BEGUN) } : {};
  return { run: { ...clock, needsPlace: false, ...begun } };
};

/** Beginnings of one run that are remembered. */
const MOST_BEGUN = 100;

const requested = (run: RunState, key: string, effect: PendingEffect): Change => ({
  run: { pendingEffects: { ...run.pendingEffects, [key]: effect } },
});

const effectRecorded = (
  run: RunState,
  event: Extract<RunEvent, { type: 'EffectRecorded' }>,
): Change => {
  const effect = run.pendingEffects[event.key];
  const { [event.key]: _done, ...pendingEffects } = run.pendingEffects;
  // An outcome that comes after a retry belongs to a generation that is over.
  if (effect?.type === 'checks' && event.key === checksKey(run)) {
    return { run: { pendingEffects, checks: { ok: event.ok, error: event.error } } };
  }
  if (effect?.type === 'failure_workflow' && event.ok && event.key === failureKey(run)) {
    return { run: { pendingEffects, failureRun: effect.run } };
  }
  if (effect?.type === 'compensation' && run.compensation?.run === effect.run) {
    const outcome = { ok: event.ok, error: event.error };
    return { run: { pendingEffects, compensation: { ...run.compensation, outcome } } };
  }
  return { run: { pendingEffects } };
};

/** Ways of going back that keep what was finished inside a FOR_EACH or a loop. */
const KEEPS_ROWS: ReadonlySet<GenerationStarted['kind']> = new Set(['retry', 'reopen']);

const newGeneration = (run: RunState, event: GenerationStarted, at: number): Change => {
  const { generation, definition, sha256, input, defaulted, seal } = event;
  const tasks: Record<string, TaskState> = {};
  const back = ({ id, attempts, earlier }: TaskState, rows: Rows | null): TaskState => ({
    ...pendingTask(id, generation),
    attempts,
    rows,
    ...(earlier === undefined ? {} : { earlier }),
  });
  const resuming = (id: string): { readonly resume?: Child } => {
    const resume = event.resume?.[id];
    return resume === undefined ? {} : { resume };
  };
  // Inside a FOR_EACH or a loop, what was finished is kept.
  const again = (task: TaskState): TaskState =>
    back(
      task,
      task.rows === null
        ? null
        : mapRows(task.rows, (row) =>
            isFailed(row) || row.status === 'CANCELLED'
              ? { ...back(row, row.rows), ...resuming(row.id) }
              : row,
          ),
    );
  for (const id of event.runAgain) {
    const task = taskOf(run, id) ?? pendingTask(id, generation);
    const feedback = event.kind === 'push_back' && id === event.from ? event.note : task.feedback;
    tasks[id] = {
      // Whoever reruns a FOR_EACH or a loop wants it from its beginning.
      ...(KEEPS_ROWS.has(event.kind) ? again(task) : { ...back(task, null), ...earlierOf(task) }),
      ...(feedback === undefined ? {} : { feedback }),
      ...resuming(id),
    };
  }
  const kept = new Set(definition?.tasks.map(({ id }) => id));
  return {
    run: {
      ...(definition === undefined ? {} : { definition, sha256: sha256 ?? run.sha256 }),
      ...(input === undefined ? {} : { input, defaulted: defaulted ?? [] }),
      ...(seal === undefined ? {} : { seal }),
      status: 'RUNNING',
      notBefore: null,
      needsPlace: run.places.length > 0 && (run.ended !== null || run.needsPlace),
      generation: event.generation,
      generationStartedAt: at,
      uncountedTime: 0,
      ended: null,
      failureRun: null,
      compensation: null,
      checks: null,
      pendingEffects: withoutChecks(run),
    },
    tasks,
    ...(definition === undefined
      ? {}
      : { dropped: Object.keys(run.tasks).filter((id) => !kept.has(id)) }),
  };
};

const withoutChecks = (run: RunState): RunState['pendingEffects'] =>
  Object.fromEntries(
    Object.entries(run.pendingEffects).filter(([, effect]) => effect.type !== 'checks'),
  );

const withMessage = (
  run: RunState,
  { key, ref }: Extract<RunEvent, { type: 'MessageRecorded' }>,
): RunState['messages'] => {
  if (ref !== null) return { ...run.messages, [key]: ref };
  const { [key]: _gone, ...messages } = run.messages;
  return messages;
};
