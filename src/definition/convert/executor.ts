/** Who does the work of a task or compensation, and for how long. */
import type { Executor } from '../../engine/definition.ts';
import { limitOf } from '../written-parts.ts';

/** ms an agent has for an attempt unless the task says otherwise. */
const AGENT_TIMEOUT = 60_000;

interface WrittenWork {
  readonly assigned_to?: string | null | undefined;
  readonly function?: string | null | undefined;
  readonly timeout?: string | number | null | undefined;
}

/** The agent, else the function; one that names neither was reported and never runs. */
export const executorOf = ({ assigned_to: agent, function: name }: WrittenWork): Executor =>
  agent === null || agent === undefined
    ? { kind: 'function', name: name ?? 'echo' }
    : { kind: 'agent', name: agent };

/** ms for an attempt, or null for none: only agents have a limit that nobody wrote. */
export const attemptLimit = (written: WrittenWork): number | null => {
  if (written.timeout !== null && written.timeout !== undefined) return limitOf(written.timeout);
  return executorOf(written).kind === 'agent' ? AGENT_TIMEOUT : null;
};
