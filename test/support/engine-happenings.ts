/** What random steps come to as a run stands: commands that make sense, and some that do not. */
import { rowsOf } from './engine.ts';
import type { RunState } from '../../src/engine/state.ts';
import { isUnderWay } from '../../src/engine/tasks.ts';
import type { Order } from './engine.ts';
import type { Step } from './engine-arbitraries.ts';

/** The run a step happens to. */
export interface Happening {
  current(): RunState;
  /** Events so far. */
  count(): number;
  /** The command before. */
  last(): Order | null;
  wait(ms: number): void;
}

/** Now and then a definition that lacks the last task nobody names, or the same anew. */
const latestOf = ({ definition }: RunState, pick: number) => {
  if (pick % 5 !== 0) return null;
  const text = JSON.stringify(definition);
  const free = definition.tasks.filter(({ id }) => text.split(`"${id}"`).length <= 3);
  const tasks = definition.tasks.filter((task) => pick % 2 === 0 || task !== free.at(-1));
  return {
    definition: tasks.length === 0 ? definition : { ...definition, tasks },
    sha256: '1'.repeat(64),
  };
};

/** The command for a step as the run stands, or null when the step does nothing. */
const SAID = { level: 'warn', message: 'mind the gap' } as const;

export const orderFor = (run: Happening, { type, pick }: Step): Order | null => {
  const state = run.current();
  const tasks = rowsOf(state);
  const open = tasks.filter((task) => task.status === 'IN_PROGRESS');
  const task = open[pick % Math.max(1, open.length)];
  const row = task?.attempts.at(-1);
  const named = { task: task?.id ?? 't0', attempt: row?.attempt ?? 1 };
  const answering = {
    ...named,
    lease: pick % 3 === 0 ? null : (row?.lease ?? 'old'),
    agent: 'A',
    answer: `answer~${run.count()}~${pick}`,
    log: pick % 2 === 0 ? null : { lines: [{ ...SAID, at: pick }], dropped: pick },
  };
  const effects = Object.keys(state.pendingEffects);
  const key = effects[pick % Math.max(1, effects.length)] ?? 'none';
  const error = { message: 'broke', retryable: null, retryAfter: null };
  switch (type) {
    case 'complete':
      return { type: 'CompleteTask', ...answering, output: { v: pick % 2 === 0 ? 'yes' : 'no' } };
    case 'fail':
      return {
        type: 'FailTask',
        ...answering,
        output: {},
        error: { ...error, type: 'AgentError' },
      };
    case 'fail_fatally':
      return { type: 'FailTask', ...answering, output: null, error: { ...error, type: 'Fatal' } };
    case 'defer':
      return { type: 'DeferTask', ...answering, after: pick * 200 };
    case 'claim':
      return { type: 'ClaimTask', ...named, agent: 'A' };
    case 'progress':
      return { type: 'ReportProgress', ...named, percent: pick, message: 'on it' };
    case 'expire_lease':
      return { type: 'ExpireLease', ...named };
    case 'wait':
      run.wait(pick * 100);
      return { type: 'FireTimer' };
    case 'wait_long':
      run.wait(pick * 2000);
      return { type: 'FireTimer' };
    case 'pause':
      return { type: 'PauseRun', note: null };
    case 'resume':
      return { type: 'ResumeRun', note: null };
    case 'cancel':
      return pick < 4 ? { type: 'CancelRun', note: null, compensate: pick === 1 } : null;
    case 'retry':
      return { type: 'RetryRun', note: null, fresh: pick % 4 === 0 };
    case 'rerun':
    case 'restart': {
      const all = state.definition.tasks;
      const from = type === 'rerun' ? (all[pick % all.length]?.id ?? null) : null;
      const input = pick % 3 === 0 ? { values: state.input, defaulted: [] } : null;
      return { type: 'RerunRun', task: from, input, latest: latestOf(state, pick), note: null };
    }
    case 'end_child': {
      const parents = open.filter(({ attempts }) => (attempts.at(-1)?.child ?? null) !== null);
      const parent = parents[pick % Math.max(1, parents.length)];
      const last = parent?.attempts.at(-1);
      if (parent === undefined || last === undefined || last.child === null) return null;
      const { attempt, child } = last;
      const generation = pick % 7 === 0 ? null : child.generation + (pick % 3 === 0 ? 1 : 0);
      const failure = { error: { ...error, type: 'ChildFailed' }, output: {} };
      const endings = [
        { status: 'COMPLETED', output: { v: 'yes' } },
        { status: 'FAILED', ...failure },
        { status: 'TIMED_OUT', ...failure },
        { status: 'CANCELLED', reason: 'it was cancelled' },
      ] as const;
      const ending = endings[pick % endings.length] ?? endings[0];
      return { type: 'EndChild', task: parent.id, attempt, generation, ending };
    }
    case 'reopen': {
      const had = tasks.filter(({ attempts }) => (attempts.at(-1)?.child ?? null) !== null);
      const parent = had[pick % Math.max(1, had.length)];
      const child = parent?.attempts.at(-1)?.child;
      if (parent === undefined || child === undefined || child === null) return null;
      const generation = child.generation + (pick % 2);
      return { type: 'ReopenRun', task: parent.id, child: child.run, generation };
    }
    case 'skip': {
      const waiting = tasks.filter((one) => one.status === 'PENDING');
      const id = waiting[pick % Math.max(1, waiting.length)]?.id ?? 't0';
      return { type: 'SkipTask', task: id, output: { v: pick }, note: null };
    }
    case 'choose': {
      const asking = tasks.filter(({ status }) => status === 'PENDING_APPROVAL');
      const id = asking[pick % Math.max(1, asking.length)]?.id ?? null;
      const option = ['APPROVE', 'APPROVE', 'REJECT', 'ABORT', 'REVISE'][pick % 5] ?? 'APPROVE';
      return { type: 'ChooseOption', task: id, option, note: null };
    }
    case 'grant': {
      const queued = tasks.filter((one) => one.status === 'PENDING' && isUnderWay(one));
      return { type: 'GrantSlot', task: queued[pick % Math.max(1, queued.length)]?.id ?? 't0' };
    }
    case 'effect':
      return { type: 'RecordEffect', key, outcome: { ok: true, value: null } };
    case 'effect_fails':
      return { type: 'RecordEffect', key, outcome: { ok: false, error: 'no' } };
    case 'again':
      return run.last();
    case 'signal':
      return { type: 'SignalRun', name: `s${pick % 2}`, payload: { v: 'yes' } };
    case 'late':
      return { type: 'CompleteTask', ...answering, attempt: pick, lease: 'old', output: {} };
  }
};
