import type { RunState, TaskState } from '../state.ts';

/** What an event changes: fields of the run, and whole tasks. */
export interface Change {
  readonly run?: Partial<Omit<RunState, 'tasks'>>;
  readonly tasks?: Readonly<Record<string, TaskState>>;
  /** Tasks that the run no longer has: its definition was replaced. */
  readonly dropped?: readonly string[];
}
