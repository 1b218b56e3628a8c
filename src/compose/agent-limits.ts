import type { AgentLimit, AgentLimits } from '../runtime/ports.ts';

/** What `agents.yaml` says of an agent's limits. */
interface LimitedAgent {
  readonly concurrency: number | null;
  readonly rate: { readonly count: number; readonly per: number } | null;
}

/** The registry as the engine's slots see it. */
export const limitsOf = (registry: ReadonlyMap<string, LimitedAgent>): AgentLimits => {
  const limits = new Map<string, AgentLimit>();
  for (const [name, { concurrency, rate }] of registry) {
    if (concurrency !== null || rate !== null) limits.set(name, { concurrency, rate });
  }
  return {
    limitOf: (agent) => limits.get(agent) ?? null,
    limited: () => [...limits.keys()],
  };
};
