/**
 * Agents as they are in real use, with the least of an engine above them: the file queue on one
 * side, the agent host as a process of its own (or an agent on the queue's files) on the other.
 */
import { writeFile } from 'node:fs/promises';
import { createFileQueue } from '../../src/agents/file-queue/file-queue.ts';
import { queueFolders } from '../../src/agents/file-queue/folders.ts';
import { superviseAgentHost } from '../../src/agents/host/supervise.ts';
import type { AgentAnswer } from '../../src/agents/queue.ts';
import { parseAgentRegistry } from '../../src/agents/registry.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { silentLogger } from '../../src/lib/logger.ts';

export interface AgentRig {
  /** Gives an agent a task and resolves with its output. @throws Error when it fails. */
  call(agent: string, payload: JsonObject): Promise<Json>;
  close(): Promise<void>;
}

/** Opens a rig on a station; `agents` is the `agents` of its agents.yaml. */
export const openAgentRig = async (station: string, agents: JsonObject): Promise<AgentRig> => {
  const text = JSON.stringify({ agents });
  const { registry, problems } = parseAgentRegistry(text, 'agents.yaml');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const open = new Map<string, (answer: AgentAnswer) => void>();
  const queue = createFileQueue({ station, registry, limits: { answer: 64 * 1024 * 1024 } });
  await queue.start({
    openAttempt: (run) => (open.has(run) ? { attempt: 1, lease: run } : null),
    isDecided: () => false,
    async answer(answer) {
      const resolve = open.get(answer.run);
      open.delete(answer.run);
      resolve?.(answer);
      return resolve === undefined ? 'late' : 'accepted';
    },
    unusable: async (info) => console.error('an answer cannot be used:', info),
    claimed: async () => undefined,
    progress: async () => undefined,
    leaseExpired: async () => undefined,
  });
  await writeFile(queueFolders(station).registry, text);
  const host = await superviseAgentHost({ station, logger: silentLogger });
  let count = 0;

  return {
    async call(agent, payload) {
      const run = `wf-1759800000000-${(count += 1).toString(36).padStart(9, '0')}`;
      const answered = new Promise<AgentAnswer>((resolve) => open.set(run, resolve));
      const now = Date.now();
      await queue.offer({
        run,
        task: 'bench',
        definitionTask: 'bench',
        taskName: 'Bench',
        workflow: 'bench',
        attempt: 1,
        lease: run,
        agentLevel: null,
        assignedTo: agent,
        timeout: 600_000,
        heartbeat: null,
        createdAt: now,
        deadline: now + 600_000,
        previousFailure: null,
        previousFeedback: null,
        forbidden: [],
        readAccess: null,
        writeAccess: null,
        conceal: [],
        urgency: 'normal',
        payload,
      });
      const { result } = await answered;
      if (result.type !== 'success') throw new Error(`${agent}: ${JSON.stringify(result)}`);
      return result.output;
    },
    async close() {
      await queue.stop();
      await host.stop();
    },
  };
};
