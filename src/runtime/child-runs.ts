/**
 * Child runs of SUB_WORKFLOW tasks. A child is a run like any other; this file owns what goes
 * on between the two: it starts, resumes and cancels children as their parents' attempts
 * say, and tells parents how their children ended or that they go on again.
 *
 * I2: everything is looked up in the states of both runs, so after a restart the same looking
 *     does what was left undone.
 * I3: a child has the id that its parent's attempt gave it, and what a parent is told names
 *     attempt and generation: doing any of it twice changes nothing.
 */
import { systemActor } from '../engine/actor.ts';
import type { ChildEnding, RunCommand } from '../engine/commands.ts';
import type { Effect } from '../engine/effects.ts';
import type { Child, Parent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import { resolveInputs } from '../engine/inputs.ts';
import type { Attempt, RunState } from '../engine/state.ts';
import { openAttempt, taskOf } from '../engine/tasks.ts';
import { createSerialQueue, type SerialQueue } from '../lib/serial-queue.ts';
import type { InBackground } from './background.ts';
import type { DefinitionCatalog } from './engine.ts';
import type { Commit, Dispatched, Kernel } from './kernel.ts';
import type { Secrets } from './secrets.ts';
import { unknownWorkflow } from './start.ts';

type RunChild = Extract<Effect, { type: 'RunChild' }>;

export interface ChildRuns {
  /** Sees to it that the child of an open attempt is under way, or tells how it ended. */
  attend(effect: RunChild): Promise<void>;
  /** The attempt is closed: its child ends too. */
  cancel(effect: RunChild): Promise<void>;
  /** What a child's commit means for its parent. */
  follow(commit: Pick<Commit, 'before' | 'state'>): void;
  /** After a restart: live children whose attempts are closed, and parents to be opened again. */
  recover(): void;
}

export interface ChildRunsOptions {
  readonly kernel: Pick<Kernel, 'committed' | 'live'>;
  /** Brings archived runs back first. */
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  /** A run that may be archived, or null. */
  readonly read: (run: RunId) => Promise<RunState | null>;
  readonly catalog: DefinitionCatalog;
  readonly newHandle: () => string;
  readonly secrets: Pick<Secrets, 'inherited'>;
  readonly inBackground: InBackground;
}

export const createChildRuns = (options: ChildRunsOptions): ChildRuns => {
  const { kernel, dispatch, read } = options;
  /** One thing at a time with each child: a cancel never overtakes the start before it. */
  const turns = new Map<RunId, { readonly queue: SerialQueue; waiting: number }>();

  const inTurn = async (child: RunId, work: () => Promise<void>): Promise<void> => {
    const turn = turns.get(child) ?? { queue: createSerialQueue(), waiting: 0 };
    turns.set(child, turn);
    turn.waiting += 1;
    try {
      await turn.queue.run(work);
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) turns.delete(child);
    }
  };

  const attendTo = async (parent: RunId, task: string): Promise<void> => {
    const above = await read(parent);
    const open = above === null ? null : openAttempt(taskOf(above, task));
    if (above === null || open === null || open.child === null) return;
    const child = await read(open.child.run);
    if (child === null) {
      const problem = await start(above, task, open, open.child);
      if (problem !== null) await end(parent, task, open, { generation: null, ending: problem });
    } else if (child.ended === null) {
      // Its end comes back here; one that is being cancelled is retried then.
    } else if (child.generation >= open.child.generation) {
      const ending = endingOf(child);
      await end(parent, task, open, { generation: child.generation, ending });
    } else {
      const retried = await dispatch({
        type: 'RetryRun',
        run: child.id,
        actor: systemActor,
        note: `${task} of ${above.handle} is tried again`,
      });
      if (retried.type === 'accepted') return;
      const message = `${retried.message}; retry ${above.handle} --fresh starts a new child`;
      await end(parent, task, open, {
        generation: null,
        ending: failed('ChildNotRetried', message),
      });
    }
  };

  /** Null when it runs, else how the attempt ends without it. */
  const start = async (
    above: RunState,
    task: string,
    { attempt, input }: Attempt,
    { run, workflow, version }: Child,
  ): Promise<ChildEnding | null> => {
    const entry = await options.catalog.find(workflow, version);
    if (entry === null) {
      const { message, hint } = await unknownWorkflow({ workflow, version }, options.catalog);
      return failed('WorkflowUnknown', `${message}${hint === null ? '' : ` (${hint})`}`);
    }
    const given = Object.entries(input).map(
      ([name, value]) => [name, { type: 'value', value }] as const,
    );
    const resolved = resolveInputs(entry.definition, Object.fromEntries(given), 'workflow');
    if (!resolved.ok) {
      const problems = resolved.problems.map(({ message }) => message).join('; ');
      return failed('InputError', `${workflow}: ${problems}`);
    }
    const parent: Parent = { run: above.id, task, attempt, depth: (above.parent?.depth ?? 0) + 1 };
    const started = await dispatch({
      type: 'StartRun',
      run,
      actor: above.startedBy,
      handle: options.newHandle(),
      definition: entry.definition,
      sha256: entry.sha256,
      input: resolved.input,
      defaulted: resolved.defaulted,
      key: null,
      origin: above.origin,
      failureOf: null,
      seal: options.secrets.inherited(above.seal, entry.definition),
      parent,
    });
    return started.type === 'rejected' ? failed('ChildNotStarted', started.message) : null;
  };

  const end = async (
    run: RunId,
    task: string,
    { attempt }: Attempt,
    told: { readonly generation: number | null; readonly ending: ChildEnding },
  ): Promise<void> => {
    await dispatch({ type: 'EndChild', run, actor: systemActor, task, attempt, ...told });
  };

  const reopen = async ({ run, task }: Parent, child: RunState): Promise<void> => {
    const { id, generation } = child;
    // Refused by a parent that did not end because of the child: it is left alone.
    await dispatch({
      type: 'ReopenRun',
      run,
      actor: systemActor,
      task,
      child: id,
      generation,
    });
  };

  const cancelRun = async (child: RunId, note: string): Promise<void> => {
    await dispatch({ type: 'CancelRun', run: child, actor: systemActor, note });
  };

  /** What is left to do about a live child after a restart. */
  const recoverChild = async (child: RunState, parent: Parent): Promise<void> => {
    const { run, task } = parent;
    const above = await read(run);
    if (above === null || child.ended !== null) return;
    const rows = taskOf(above, task)?.attempts ?? [];
    const last = rows.findLast((row) => row.child?.run === child.id);
    if (last === undefined || last.child === null) return;
    const ahead = child.generation > last.child.generation;
    if (last.status !== 'IN_PROGRESS' && ahead) return reopen(parent, child);
    if (last.status === 'IN_PROGRESS' && last.child.generation <= child.generation) return;
    await cancelRun(child.id, `${task} of ${above.handle} is ${last.status}`);
  };

  return {
    attend: ({ run, task, child }) => inTurn(child.run, () => attendTo(run, task)),
    cancel: ({ run, task, child }) =>
      inTurn(child.run, async () => {
        const state = kernel.committed(child.run)?.state ?? null;
        // One that an operator took further is no longer this attempt's.
        if (state === null || state.ended !== null || state.generation > child.generation) return;
        const above = await read(run);
        await cancelRun(child.run, `${task} of ${above?.handle ?? run} has ended`);
      }),
    follow({ before, state }) {
      const { parent } = state;
      if (parent === null) return;
      if (state.ended !== null) {
        if (before?.ended !== null && before?.generation === state.generation) return;
        options.inBackground(state.id, 'child run', () =>
          inTurn(state.id, () => attendTo(parent.run, parent.task)),
        );
      } else if (before !== null && before.generation < state.generation) {
        options.inBackground(state.id, 'child run', () =>
          inTurn(state.id, () => reopen(parent, state)),
        );
      }
    },
    recover() {
      for (const { state } of kernel.live()) {
        const { parent } = state;
        if (parent === null || state.ended !== null) continue;
        options.inBackground(state.id, 'child run', () =>
          inTurn(state.id, () => recoverChild(state, parent)),
        );
      }
    },
  };
};

const endingOf = (child: RunState): ChildEnding => {
  const output = child.ended?.output ?? {};
  const reason = child.ended?.reason ?? child.status;
  const named = `${child.definition.id} ${child.handle}`;
  switch (child.status) {
    case 'COMPLETED':
      return { status: 'COMPLETED', output };
    case 'TIMED_OUT':
      return {
        ...failed('TimeoutError', `${named} timed out: ${reason}`, null),
        status: 'TIMED_OUT',
        output,
      };
    case 'CANCELLED':
      return { status: 'CANCELLED', reason: `${named} was cancelled: ${reason}` };
    default:
      return { ...failed('ChildFailed', `${named} failed: ${reason}`, null), output };
  }
};

type FailedChild = Extract<ChildEnding, { status: 'FAILED' | 'TIMED_OUT' }>;

/** A failure that trying again would find again, unless it is left to the retry policy. */
const failed = (type: string, message: string, retryable: false | null = false): FailedChild => ({
  status: 'FAILED',
  error: { type, message, retryable, retryAfter: null },
  output: {},
});
