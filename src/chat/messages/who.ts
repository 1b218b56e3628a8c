/** Who is meant by `who_can_approve` entries, in the chat network's terms. */

import type { AgentLevel } from '../../engine/definition.ts';

/** Level → entries (`user:…`, `role:…`, `channel:…`) of the settings. */
export type LevelMap = Readonly<Partial<Record<AgentLevel, readonly string[]>>>;

/** Users and roles to mention. */
export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

/**
 * Maps entries such as `L0:COMMANDER`, `user:42`, `role:Captain`. null means everybody may: then
 * nobody in particular is meant, and nobody is pinged.
 */
export const mentionsOf = (who: readonly string[] | null, levels: LevelMap): Mentions => {
  const users = new Set<string>();
  const roles = new Set<string>();
  for (const entry of who ?? []) {
    for (const name of levelEntries(entry, levels) ?? [entry]) {
      if (name.startsWith('user:')) users.add(name.slice('user:'.length));
      if (name.startsWith('role:')) roles.add(name.slice('role:'.length));
    }
  }
  return { users: [...users], roles: [...roles] };
};

/** The settings' entries for a level; null when `entry` names none. */
const levelEntries = (entry: string, levels: LevelMap): readonly string[] | null => {
  const name = LEVELS.find((level) => entry === level || entry.startsWith(`${level}:`));
  return name === undefined ? null : (levels[name] ?? []);
};

const LEVELS = ['L0', 'L1', 'L2', 'L3'] as const satisfies readonly AgentLevel[];
