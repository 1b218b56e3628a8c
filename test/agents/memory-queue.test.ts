import { createMemoryQueue } from '../../src/agents/memory-queue.ts';
import { agentQueueContract } from '../contracts/agent-queue.ts';

agentQueueContract('in memory', async () => {
  const queue = createMemoryQueue();
  return {
    queue,
    offered: async (agent) =>
      queue
        .offered()
        .filter((task) => task.assignedTo === agent)
        .map((task) => task.lease),
    claim: async (task) => (await queue.claim(task, task.assignedTo)) !== null,
    holds: async (task) => queue.claimed().some((held) => held.lease === task.lease),
    async answer(task, result, said = {}) {
      const { run, task: id, lease, attempt, assignedTo: agent } = task;
      await queue.answer({ run, task: id, lease, attempt, agent, result, ...said });
    },
    progress: (task, percent, message) => queue.progress(task, percent, message),
    dispose: () => queue.stop(),
  };
});
