/** Which agents a host runs: the built-in ones and those of agents.yaml that are programs. */
import { suggest } from '../../../grammar/suggest.ts';
import { AgentFailure } from '../agent.ts';
import type { BuiltinAgent } from '../agent.ts';
import type { PairId } from '../file-queue/folders.ts';
import { createCommandAgent } from '../process/command-agent.ts';
import { createJsonLinesAgent } from '../process/json-lines-agent.ts';
import type { WorkerAgentOptions } from '../process/json-lines-agent.ts';
import { createPowerShellAgent } from '../process/powershell-agent.ts';
import type { AgentRegistry, RegisteredAgent } from '../registry.ts';

/** An agent as a host runs it. */
export interface HostedAgent extends Omit<BuiltinAgent, 'unavailable'> {
  readonly queue: PairId;
  /** Work done by a program of the station's own, which no path check reaches. */
  readonly isProgram: boolean;
  /** ms a task may take at most, besides its own deadline. */
  readonly timeout: number | null;
  /** Why it cannot work here, and what to do; its tasks fail with that. Null when it can. */
  readonly unavailable: () => string | null;
}

/** What the table is made of. */
export interface AgentTableOptions extends WorkerAgentOptions {
  readonly builtin: readonly BuiltinAgent[];
  readonly registry: AgentRegistry;
  /** Names, or all that a host can run. */
  readonly agents: readonly string[] | 'all';
}

/**
 * The agents to run.
 * @throws Error naming a wanted agent that no host can run.
 */
export const agentTable = (options: AgentTableOptions): readonly HostedAgent[] => {
  const table = new Map<string, HostedAgent>();
  for (const agent of options.builtin) {
    table.set(agent.name, hosted(agent, options.registry.get(agent.name) ?? null));
  }
  for (const entry of options.registry.values()) {
    if (entry.kind === 'command') {
      const create = entry.protocol === 'jsonl' ? createJsonLinesAgent : createCommandAgent;
      table.set(entry.name, hosted(create(entry, options), entry));
    } else if (entry.kind === 'powershell') {
      table.set(entry.name, hosted(createPowerShellAgent(entry, options), entry));
    } else if (entry.kind === 'builtin' && !table.has(entry.name)) {
      table.set(entry.name, unavailable(entry, noBuiltin(entry.name, table.keys())));
    } else if (entry.kind === 'file') table.delete(entry.name);
  }
  if (options.agents === 'all') return [...table.values()];
  return options.agents.map((name) => table.get(name) ?? refuse(name, options.registry, table));
};

const hosted = (agent: BuiltinAgent, entry: RegisteredAgent | null): HostedAgent => ({
  ...agent,
  concurrency: entry?.concurrency ?? agent.concurrency,
  queue: entry?.queue ?? 'queue',
  isProgram: entry !== null && entry.kind !== 'builtin',
  timeout: entry?.timeout ?? null,
  unavailable: agent.unavailable ?? (() => null),
});

const unavailable = (entry: RegisteredAgent, reason: string): HostedAgent => ({
  name: entry.name,
  description: entry.description,
  concurrency: entry.concurrency ?? 1,
  queue: entry.queue,
  isProgram: entry.kind !== 'builtin',
  timeout: entry.timeout,
  unavailable: () => reason,
  handle: () =>
    Promise.reject(new AgentFailure('AgentError', `${entry.name} ${reason}`, { retryable: false })),
});

const noBuiltin = (name: string, known: Iterable<string>): string => {
  const [meant] = suggest(name, known);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return `is not one of the built-in agents${hint}; correct its name or kind in .3ox/agents.yaml`;
};

const refuse = (
  name: string,
  registry: AgentRegistry,
  table: ReadonlyMap<string, HostedAgent>,
): never => {
  if (registry.get(name)?.kind === 'file') {
    throw new Error(`${name} is of kind file: it works on the queue by itself and is not run here`);
  }
  const [meant] = suggest(name, table.keys());
  const hint =
    meant === undefined ? `known are ${[...table.keys()].join(', ')}` : `did you mean ${meant}?`;
  throw new Error(`There is no agent ${name} to run; ${hint}`);
};
