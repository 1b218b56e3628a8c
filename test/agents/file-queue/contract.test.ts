import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentQueueContract } from '../../contracts/agent-queue.ts';
import { createQueueStation, leasesIn } from '../../support/queue-station.ts';

agentQueueContract('files', async () => {
  const station = await createQueueStation();
  return {
    queue: station.queue(),
    offered: (agent) => leasesIn(station.tasks, agent),
    claim: (task) => station.claim(task),
    holds: async (task) => existsSync(station.claimPath(task)),
    answer: (task, result, said) => station.answer(task, result, said),
    progress: (task, percent, message) =>
      writeFile(
        join(station.answers, `progress-${task.run}-${task.task}.yaml`),
        `percent: ${percent}\nmessage: ${message}\n`,
      ),
    dispose: () => station.dispose(),
  };
});
