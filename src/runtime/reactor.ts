/**
 * The reactor makes the world what the recorded state says it should be.
 *
 * It owns which effects were begun in this process; the engine's `react` owns which are
 * owed. After a restart nothing was begun, so everything owed is done again: recovery is
 * the normal path (I2), and every effect's key makes doing it twice harmless (I3).
 */
import { errorMessage } from '../lib/error-code.ts';
import { dump } from 'js-yaml';
import type { RunCommand } from '../engine/commands.ts';
import { systemActor } from '../engine/actor.ts';
import type { Effect } from '../engine/effects.ts';
import type { RunId } from '../engine/ids.ts';
import { react } from '../engine/react.ts';
import { coverReferences, mapTexts } from '../engine/secrets.ts';
import type { RunState } from '../engine/state.ts';
import type { ChildRuns } from './child-runs.ts';
import type { CompensationRuns } from './compensation-runs.ts';
import type { AgentQueue } from '../agents/queue.ts';
import type { Clock } from '../lib/clock.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Logger } from '../lib/logger.ts';
import { EngineStoppedError } from './kernel.ts';
import type { BridgeFunctions } from './functions/functions.ts';
import type { Workspace } from './ports.ts';
import { offerTask } from './offer-task.ts';
import type { Secrets } from './secrets.ts';

export interface Reactor {
  /** Compares what `state` owes with what was begun and does the difference. */
  follow(state: RunState): void;
  forget(run: RunId): void;
  /** Begins nothing more; resolves when nothing begun is still under way. */
  stop(): Promise<void>;
}

export interface ReactorOptions {
  readonly queue: AgentQueue;
  readonly functions: BridgeFunctions;
  readonly workspace: Workspace;
  readonly secrets: Pick<Secrets, 'reveal'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly dispatch: (command: RunCommand) => Promise<unknown>;
  readonly runChecks: (run: RunId) => Promise<string | null>;
  readonly startFailureWorkflow: (
    effect: Extract<Effect, { type: 'StartFailureWorkflow' }>,
  ) => Promise<void>;
  readonly children: () => Pick<ChildRuns, 'attend' | 'cancel'>;
  readonly compensations: () => Pick<CompensationRuns, 'attend'>;
  readonly stateOf: (run: RunId) => RunState | null;
}

/** Delay in ms before an effect that the machine refused is tried again. */
const RETRY_DELAY = 2_000;

export const createReactor = (options: ReactorOptions): Reactor => {
  /** Effects begun, by run and key. */
  const begun = new Map<RunId, Map<string, Effect>>();
  const underWay = new Set<Promise<void>>();
  /** How to call off each retry that is due later. */
  const retries = new Set<() => void>();
  let stopped = false;

  const follow = (state: RunState): void => {
    if (stopped) return;
    const mine = begun.get(state.id) ?? new Map<string, Effect>();
    begun.set(state.id, mine);
    const owed = new Set<string>();
    for (const effect of react(state)) {
      owed.add(effect.key);
      if (mine.has(effect.key)) continue;
      mine.set(effect.key, effect);
      begin(effect);
    }
    for (const [key, effect] of mine) {
      if (owed.has(key)) continue;
      mine.delete(key);
      if (effect.type === 'OfferTask') {
        track(effect, options.queue.withdraw(effect.run, effect.task, effect.lease));
      }
      if (effect.type === 'RunChild') track(effect, options.children().cancel(effect));
    }
  };

  const begin = (effect: Effect): void => track(effect, perform(effect, options));

  const track = (effect: Effect, work: Promise<void>): void => {
    const watched = work
      .catch((error: unknown) => {
        // A stopped engine has been reported already; its next start owes the effect again.
        if (stopped || error instanceof EngineStoppedError) return;
        options.logger.error(
          { run: effect.run, effect: effect.key, err: error },
          'an effect could not be performed and is tried again',
        );
        const cancel = options.clock.after(RETRY_DELAY, () => {
          retries.delete(cancel);
          retry(effect);
        });
        retries.add(cancel);
      })
      .finally(() => underWay.delete(watched));
    underWay.add(watched);
  };

  const retry = (effect: Effect): void => {
    const state = options.stateOf(effect.run);
    if (state === null || begun.get(effect.run)?.get(effect.key) !== effect) return;
    if (react(state).some(({ key }) => key === effect.key)) begin(effect);
  };

  return {
    follow,
    forget: (run) => void begun.delete(run),
    async stop() {
      stopped = true;
      for (const cancel of retries) cancel();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};

const perform = async (effect: Effect, options: ReactorOptions): Promise<void> => {
  switch (effect.type) {
    case 'OfferTask':
      return offerTask(effect, options);
    case 'RunChild':
      return options.children().attend(effect);
    case 'CallFunction':
      return callFunction(effect, options);
    case 'WriteFile': {
      const outcome = await options.workspace
        .write(
          effect.path,
          coverReferences(textOf(effect.content, effect.format)),
          effect.writeAccess,
        )
        .then(
          () => ({ ok: true as const, value: effect.path }),
          (error: unknown) => ({ ok: false as const, error: errorMessage(error) }),
        );
      await record(effect, outcome, options);
      return;
    }
    case 'RunChecks': {
      const failure = await options.runChecks(effect.run);
      const outcome =
        failure === null
          ? { ok: true as const, value: null }
          : { ok: false as const, error: failure };
      await record(effect, outcome, options);
      return;
    }
    case 'Compensate':
      return options.compensations().attend(effect);
    case 'StartFailureWorkflow':
      return options.startFailureWorkflow(effect);
  }
};

const callFunction = async (
  effect: Extract<Effect, { type: 'CallFunction' }>,
  options: ReactorOptions,
): Promise<void> => {
  const state = options.stateOf(effect.run);
  if (state === null) return;
  const answering = {
    run: effect.run,
    actor: systemActor,
    task: effect.task,
    attempt: effect.attempt,
    lease: effect.lease,
    agent: effect.name,
    answer: null,
  };
  const result = await options.functions
    .call(effect.name, coverFields(effect.input), covered(state))
    .then(
      (output) => ({ ok: true as const, output }),
      (error: unknown) => ({ ok: false as const, error: errorMessage(error) }),
    );
  await options.dispatch(
    result.ok
      ? { type: 'CompleteTask', ...answering, output: result.output }
      : {
          type: 'FailTask',
          ...answering,
          output: {},
          error: { type: 'AgentError', message: result.error, retryable: null, retryAfter: null },
        },
  );
};

/** Functions write files: they are shown no references. */
const covered = (state: RunState): RunState =>
  state.seal === null ? state : { ...state, input: coverFields(state.input) };

const coverFields = (input: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name, mapTexts(value, coverReferences)]),
  );

const record = async (
  effect: Effect,
  outcome:
    | { readonly ok: true; readonly value: string | null }
    | { readonly ok: false; readonly error: string },
  options: ReactorOptions,
): Promise<void> => {
  await options.dispatch({
    type: 'RecordEffect',
    run: effect.run,
    actor: systemActor,
    key: effect.key,
    outcome,
  });
};

const textOf = (content: Json, format: 'yaml' | 'text'): string =>
  format === 'text' && typeof content === 'string' ? content : dump(content, { noRefs: true });
