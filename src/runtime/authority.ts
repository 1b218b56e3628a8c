/** Maps who a face says is asking to the Actor that the engine's rules are about. */
import type { Actor } from '../engine/actor.ts';
import type { AgentLevel } from '../engine/definition.ts';
import type { Identity } from './engine.ts';
import type { Levels } from './ports.ts';

const HIGHEST_FIRST = ['L0', 'L1', 'L2', 'L3'] as const satisfies readonly AgentLevel[];

/**
 * The highest level that any of the identity's entries has in the settings. On the station's
 * own machine the operating-system user is L0.
 */
export const actorOf = (identity: Identity, levels: Levels): Actor => {
  const id = `user:${identity.user}`;
  const groups = [
    ...identity.roles.map((role) => `role:${role}`),
    ...(identity.channel === null ? [] : [`channel:${identity.channel}`]),
  ];
  const entries = new Set([id, ...groups].map((entry) => entry.toLowerCase()));
  const level = identity.local
    ? 'L0'
    : (HIGHEST_FIRST.find((candidate) =>
        levels[candidate]?.some((entry) => entries.has(entry.toLowerCase())),
      ) ?? null);
  return { id, name: identity.name, level, groups };
};
