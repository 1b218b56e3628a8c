/** What was asked for through one port since it started, and how it came out. */
import { hasEnded } from './status-icons.ts';
import type { Reply } from '../../commands/command.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';

export interface Session {
  /**
   * Runs started here that go on, and what failed ones among them set off; those that wait for
   * nothing but people are left out.
   */
  busy(): number;
  /**
   * Worst outcome so far: 0 ok, 1 failed, 2 usage, 3 not found, 4 refused, 5 waiting for a
   * person, 6 cancelled.
   */
  exitCode(): number;
  /** Called after every change. Returns how to stop listening. */
  onChange(listener: () => void): () => void;
}

export interface SessionLog extends Session {
  answered(reply: Reply): void;
  changed(view: RunView, events: readonly RunEvent[]): void;
}

export const createSession = (): SessionLog => {
  const views = new Map<string, RunView>();
  /** Failure workflows of those runs: by run once they run, by effect until then. */
  const reactions = new Map<string, RunView>();
  const requested = new Set<string>();
  const codes = new Set<number>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    busy: () => requested.size + [...views.values(), ...reactions.values()].filter(goesOn).length,
    exitCode() {
      const all = [...codes, ...[...views.values()].map(codeOf)];
      return WORST_FIRST.find((code) => all.includes(code)) ?? 0;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    answered(reply) {
      if (reply.type === 'started')
        views.set(reply.view.run, views.get(reply.view.run) ?? reply.view);
      if (reply.type === 'mistake') codes.add(2);
      if (reply.type === 'refused') codes.add(REFUSALS[reply.rejection.kind]);
      tell();
    },
    changed(view, events) {
      if (view.failure_of !== null && views.has(view.failure_of)) reactions.set(view.run, view);
      else if (!views.has(view.run)) return;
      else views.set(view.run, view);
      for (const event of events) {
        if (event.type === 'FailureWorkflowRequested') requested.add(event.key);
        if (event.type === 'EffectRecorded') requested.delete(event.key);
      }
      tell();
    },
  };
};

const goesOn = (view: RunView): boolean => !hasEnded(view) && view.waiting_for !== 'person';

const WORST_FIRST = [1, 2, 4, 3, 6, 5] as const;

const REFUSALS = { usage: 2, not_found: 3, refused: 4 } as const;

const codeOf = (view: RunView): number => {
  switch (view.status) {
    case 'COMPLETED':
      return 0;
    case 'CANCELLED':
      return 6;
    case 'RUNNING':
    case 'PAUSED':
      return view.waiting_for === 'person' ? 5 : 0;
    default:
      return 1;
  }
};
