/** The inventory agents' own work behind the guide's listener: payload in, output out. */
import type { AgentContext } from '../../src/agents/agent.ts';
import { inventoryAgents } from '../../src/agents/inventory/index.ts';
import { createStationPaths } from '../../src/agents/paths.ts';
import { systemHost } from '../../src/lib/host/system-host.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';

type Handler = (payload: JsonObject) => Promise<Json>;

/** By agent name. The guide keeps no history, so its receipts name none. */
export const handlers = (station: string): Readonly<Record<string, Handler>> => {
  const context: AgentContext = {
    identity: { run: 'baseline', task: 'baseline', attempt: 1, workflow: 'bench-inventory' },
    signal: new AbortController().signal,
    now: () => Date.now(),
    progress: () => undefined,
    log: () => undefined,
    paths: createStationPaths({ root: station, readAccess: null, writeAccess: null }),
    host: systemHost,
    history: {
      summary: async () => ({
        run: 'baseline',
        handle: 'BASE',
        workflow: { id: 'bench-inventory', version: 1, sha256: '0'.repeat(64) },
        startedBy: 'baseline',
        createdAt: Date.now(),
        tasks: [],
        approvals: [],
        audit: { events: 0, head: '0'.repeat(64) },
      }),
    },
  };
  return Object.fromEntries(
    inventoryAgents.map(({ name, handle }) => [name, (payload) => handle(payload, context)]),
  );
};
