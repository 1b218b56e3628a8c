/**
 * Rules about single events of a run, worked out apart from the engine: from what was recorded
 * before, tallied here, and from what the station is set up to allow.
 *
 * - an answer is decided on once, and only if it knows the lease that its attempt has by then
 * - nothing begins while a run is paused, before a retry's time or beyond its number of attempts
 * - agents, keys and groups of runs give no more places, and no faster, than they have
 * - a question is answered by as many people as it asks for, each counted once
 * - a signal that came first is taken by the WAIT that comes later
 * - what is undone is undone in the opposite order; a message or a planned time starts one run
 */
import type { RecordedEvent, RunEvent } from '../../src/engine/events.ts';
import { keyLimit } from '../../src/engine/concurrency-key.ts';
import { holdsPlace } from '../../src/engine/hold.ts';
import { definitionOf } from '../../src/engine/plan.ts';
import { openRows } from '../../src/engine/row-summary.ts';
import type { Attempt, RunState } from '../../src/engine/state.ts';
import { isJsonObject } from '../../src/lib/json.ts';
import { hold } from './violation.ts';

/** At a time and per duration (ms), of an agent; null for any number. */
export interface AgentPlaces {
  readonly concurrency: number | null;
  readonly rate: { readonly count: number; readonly per: number } | null;
}

export interface RuleFacts {
  /** What the station's registry says of an agent. */
  readonly placesOf: (agent: string) => AgentPlaces;
  /** The lease in the answer of this inbox name: null when it has none, undefined when it cannot be told. */
  readonly leaseIn: (answer: string) => string | null | undefined;
  /** True when a living agent works on the attempt and nothing has disturbed it since it began. */
  readonly isWorkedOn: (run: string, task: string, attempt: number) => boolean;
}

export interface Rules {
  /** `before` and `after` of one event; `all` are the states of all runs with it. @throws Violation */
  check(
    recorded: RecordedEvent,
    before: RunState | null,
    after: RunState,
    all: () => Iterable<RunState>,
  ): void;
}

export const createRules = (facts: RuleFacts): Rules => {
  /** Answers that were decided on, origins that started a run. */
  const once = new Set<string>();
  /** The lease that an open attempt has. */
  const leases = new Map<string, string>();
  const dueAt = new Map<string, { readonly attempt: number; readonly at: number }>();
  const made = new Map<string, number>();
  const votes = new Map<string, Map<string, string>>();
  const expired = new Set<string>();
  /** Who had the last signal of a name, by run and name. */
  const signals = new Map<string, Set<string>>();
  /** The next event of a run must be this one. */
  const expected = new Map<string, string>();
  /** Which event completed a task last. */
  const completedAt = new Map<string, number>();
  /** When something began that a rate counts. */
  const begun = new Map<string, number[]>();

  const onlyOnce = (key: string, rule: string): void => {
    hold(!once.has(key), `I3: ${rule}`);
    once.add(key);
  };

  const pace = (name: string, at: number, rate: { count: number; per: number } | null): void => {
    if (rate === null) return;
    // What is archived does not keep the time of a later engine, whose clock was set back, above its own.
    const times = [...(begun.get(name) ?? []), at].filter(
      (one) => one > at - rate.per && one <= at,
    );
    begun.set(name, times);
    hold(
      times.length <= rate.count,
      `${times.length} began for ${name} in ${rate.per} ms, allowed are ${rate.count}`,
    );
  };

  const dispatched = (
    { run, at }: RecordedEvent,
    what: Extract<RunEvent, { type: 'TaskDispatched' }>,
    after: RunState,
    all: () => Iterable<RunState>,
  ): void => {
    const row = `${run} ${what.task}`;
    leases.set(`${row} ${what.attempt}`, what.lease);
    const due = dueAt.get(row);
    hold(
      due === undefined || due.attempt !== what.attempt || at >= due.at,
      `${row} ${what.attempt} begins ${(due?.at ?? 0) - at} ms before its retry is due`,
    );
    const generation = `${row} of generation ${what.generation}`;
    made.set(generation, (made.get(generation) ?? 0) + 1);
    const most = definitionOf(after.definition, what.task)?.retry.maxAttempts ?? 1;
    hold((made.get(generation) ?? 0) <= most, `${generation} has more than ${most} attempts`);
    if (what.agent !== null) {
      const { concurrency, rate } = facts.placesOf(what.agent);
      const busy = (): number => countOpen(all(), ({ agent }) => agent === what.agent);
      hold(
        concurrency === null || busy() <= concurrency,
        `I8: ${what.agent} has more than ${concurrency} tasks at a time`,
      );
      pace(`agent ${what.agent}`, at, rate);
    }
    if (what.key !== undefined) {
      const { concurrency } = keyLimit(after.definition, what.key);
      const open = countOpen(all(), ({ key }) => key === what.key);
      hold(
        concurrency === null || open <= concurrency,
        `I8: ${open} attempts hold the ${concurrency} places of the key ${what.key}`,
      );
    }
  };

  /** What an answer brought about: it was decided on once, by the lease of its attempt. */
  const answered = (run: string, what: Extract<RunEvent, { answer: string | null }>): void => {
    if (what.answer === null) return;
    onlyOnce(`${run} ${what.answer}`, `the answer ${what.answer} was decided on twice`);
    if (what.type === 'AnswerIgnored') return;
    const attempt = `${run} ${what.task} ${what.attempt}`;
    const [given, lease] = [facts.leaseIn(what.answer), leases.get(attempt)];
    hold(
      given == null || given === lease,
      `I3: ${what.answer} knows the lease ${given}, and ${attempt} has ${lease}`,
    );
    if (what.type === 'TaskDeferred') leases.set(attempt, what.lease);
  };

  return {
    check(recorded, before, after, all) {
      const { run, event: what, at } = recorded;
      const next = expected.get(run);
      expected.delete(run);
      hold(
        next === undefined || next === what.type,
        `${run}: ${next} was to follow, not ${what.type}`,
      );
      hold(
        before?.status !== 'PAUSED' || !BEGINNINGS.has(what.type),
        `${run} is paused, and there is ${what.type}`,
      );
      if ('answer' in what) answered(run, what);
      if (holdsPlace(after) && (before === null || !holdsPlace(before))) {
        for (const { group, rate } of after.places) pace(`runs of ${group}`, at, rate);
      }
      switch (what.type) {
        case 'RunStarted': {
          const by = what.failureOf === null && what.parent === undefined ? what.origin : null;
          if (isJsonObject(by) && ('message' in by || 'planned' in by)) {
            const origin = JSON.stringify(by);
            onlyOnce(origin, `${origin} started two runs`);
          }
          return;
        }
        case 'TaskDispatched':
          return dispatched(recorded, what, after, all);
        case 'RetryScheduled':
          dueAt.set(`${run} ${what.task}`, { attempt: what.attempt, at: what.dueAt });
          return;
        case 'GenerationStarted':
          for (const key of dueAt.keys()) if (key.startsWith(`${run} `)) dueAt.delete(key);
          return;
        case 'AttemptFailed':
          hold(
            what.error.type !== 'LeaseExpired' || !facts.isWorkedOn(run, what.task, what.attempt),
            `${run} ${what.task} ${what.attempt} lost its lease while its agent worked on it`,
          );
          return;
        case 'ApprovalExpired':
          expired.add(`${run} ${what.task} ${what.attempt}`);
          return;
        case 'OptionChosen': {
          const question = `${run} ${what.task} ${what.attempt}`;
          const mine = votes.get(question) ?? new Map<string, string>();
          votes.set(question, mine.set(what.by.id, what.option));
          return;
        }
        case 'TaskCompleted': {
          completedAt.set(`${run} ${what.task}`, recorded.seq + recorded.index / 1_000);
          const task = definitionOf(after.definition, what.task);
          const option = isJsonObject(what.output) ? what.output['approval_decision'] : undefined;
          const question = `${run} ${what.task} ${what.attempt}`;
          if (task?.type !== 'HUMAN' || option === undefined || expired.has(question)) return;
          const mine = votes.get(question) ?? new Map<string, string>();
          const agreed = [...mine].filter(([, chosen]) => chosen === option);
          hold(
            agreed.length >= task.quorum,
            `${run} ${what.task} was decided by ${agreed.length} of ${task.quorum} people`,
          );
          return;
        }
        case 'SignalReceived':
          signals.set(`${run} ${what.name}`, new Set(what.taken));
          return;
        case 'SignalTaken':
          signals.get(`${run} ${what.name}`)?.add(what.by);
          return;
        case 'WaitStarted': {
          const had = signals.get(`${run} ${what.signal}`);
          if (had !== undefined && !had.has(what.task)) expected.set(run, 'SignalTaken');
          return;
        }
        case 'CompensationRequested': {
          const order = what.steps.map(({ task }) => completedAt.get(`${run} ${task}`) ?? 0);
          hold(
            order.every((one, index) => index === 0 || one < (order[index - 1] ?? 0)),
            `${run} undoes ${what.steps.map(({ task }) => task).join(', ')} in another order than backwards`,
          );
          return;
        }
        default:
      }
    },
  };
};

/** What no paused run does. */
const BEGINNINGS: ReadonlySet<RunEvent['type']> = new Set([
  'TaskDispatched',
  'WaitStarted',
  'ApprovalRequested',
  'IterationStarted',
  'ItemsResolved',
  'RunReleased',
]);

const countOpen = (runs: Iterable<RunState>, counts: (attempt: Attempt) => boolean): number => {
  let open = 0;
  for (const run of runs) {
    if (run.ended !== null) continue;
    for (const { state } of openRows(run)) {
      const last = state.attempts.at(-1);
      if (last?.status === 'IN_PROGRESS' && counts(last)) open += 1;
    }
  }
  return open;
};
