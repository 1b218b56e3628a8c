/**
 * Everything there is to say of each agent of a station: what it is, whether it can work and how to
 * mend it when not, and how it has been doing. For `agents` in chat and on the command line, and
 * for `doctor`; reads files and asks interpreters for their version, and changes nothing.
 */
import { queueFolders } from '../file-queue/folders.ts';
import { readAgentHealth } from '../host/health.ts';
import type { AgentHealth } from '../host/health.ts';
import { inventoryAgents } from '../inventory/index.ts';
import { loadAgentRegistry } from '../registry.ts';
import type { RegisteredAgent } from '../registry.ts';
import type { AgentKind } from '../registry-schema.ts';
import { commandRuntime, NODE, powerShellRuntime, split } from './runtime.ts';
import type { Runtime } from './runtime.ts';

/**
 * `up`: a living host runs it. `down`: nobody does. `unavailable`: it cannot work as things are.
 * `elsewhere`: of kind file, it works on the queue by itself and nobody here can tell.
 */
export type AgentState = 'up' | 'down' | 'unavailable' | 'elsewhere';

/** One agent. Times are ms since the epoch. */
export interface AgentStatus extends AgentHealth {
  readonly kind: AgentKind;
  readonly state: AgentState;
  /** Why it is not up, or null. */
  readonly why: string | null;
  /** What to do about it, or null when there is nothing to do. */
  readonly fix: string | null;
  /** What it runs on, with its version; null when nobody knows. */
  readonly runtime: string | null;
}

/** The agents that are built in, registered, or have work or a host, by name. */
export const readAgentStatus = async (station: string): Promise<readonly AgentStatus[]> => {
  const { registry } = await loadAgentRegistry(queueFolders(station).registry);
  const health = new Map((await readAgentHealth(station)).map((agent) => [agent.name, agent]));
  const builtin = new Set(inventoryAgents.map(({ name }) => name));
  const names = new Set([...builtin, ...registry.keys(), ...health.keys()]);
  return Promise.all(
    [...names].toSorted().map(async (name) => {
      const entry = registry.get(name) ?? null;
      const kind = entry?.kind ?? (builtin.has(name) ? 'builtin' : 'file');
      const known = health.get(name) ?? nothingOf(name);
      const runtime = await runtimeOf(station, kind, entry);
      return {
        ...known,
        kind,
        ...stateOf(kind, known, known.local ? runtime : { ...runtime, missing: null }),
        runtime: known.workers?.runtime ?? runtime.version,
      };
    }),
  );
};

const runtimeOf = async (
  station: string,
  kind: AgentKind,
  entry: RegisteredAgent | null,
): Promise<Runtime> => {
  if (entry?.kind === 'command') return commandRuntime(station, entry);
  if (entry?.kind === 'powershell') return powerShellRuntime(station, entry);
  return kind === 'builtin' ? NODE : { version: null, missing: null };
};

const stateOf = (
  kind: AgentKind,
  { name, up, unavailable, running, waiting }: AgentHealth,
  { missing }: Runtime,
): Pick<AgentStatus, 'state' | 'why' | 'fix'> => {
  if (unavailable !== null) return { state: 'unavailable', ...split(unavailable) };
  if (missing !== null) return { state: 'unavailable', ...missing };
  if (up) return { state: 'up', why: null, fix: null };
  if (kind === 'file') {
    const idle = running === 0 && waiting > 0;
    return {
      state: 'elsewhere',
      why: 'it works on the queue by itself',
      fix: idle ? 'start it; its tasks wait in .3ox/task-queue/' : null,
    };
  }
  return {
    state: 'down',
    why: 'nobody runs it',
    fix: `npm start or workflow serve does; alone: workflow agent run ${name}`,
  };
};

const nothingOf = (name: string): AgentHealth => ({
  name,
  up: false,
  unavailable: null,
  hosts: 0,
  running: 0,
  waiting: 0,
  oldestWaiting: null,
  lastSeen: null,
  concurrency: null,
  workers: null,
  local: true,
  recent: null,
});
