/** `forbidden_operations` of a definition, kept by this project's agents. */
import { operationOf, type Operation } from '../engine/operations.ts';
import { AgentFailure } from './agent.ts';

/** @throws AgentFailure PermissionError when the access, or what it comes to, is forbidden. */
export const refuseForbidden = (
  entries: readonly string[],
  access: 'read' | 'write',
  exists: () => boolean,
  shown: string,
): void => {
  if (entries.length === 0) return;
  const entry = entryFor(
    entries,
    access === 'read' ? ['read'] : ['write', exists() ? 'overwrite' : 'create'],
  );
  if (entry !== null) throw refusal(`"${shown}" is refused`, entry);
};

/**
 * A program may do anything: where executing is forbidden, no task of the definition reaches one.
 * @throws AgentFailure PermissionError
 */
export const refuseProgram = (
  agent: { readonly name: string; readonly isProgram: boolean },
  entries: readonly string[],
): void => {
  const entry = agent.isProgram ? entryFor(entries, ['execute']) : null;
  if (entry !== null) throw refusal(`${agent.name} is a program`, entry);
};

/** The entry that means one of the operations, or null. */
const entryFor = (entries: readonly string[], operations: readonly Operation[]): string | null =>
  entries.find((entry) => operations.some((operation) => operation === operationOf(entry))) ?? null;

const refusal = (what: string, entry: string): AgentFailure =>
  new AgentFailure(
    'PermissionError',
    `${what}: the workflow's permissions.forbidden_operations names ${entry}`,
    { retryable: false },
  );
