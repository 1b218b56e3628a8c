/** One agent in a host: as many attempts at a time as it may have, oldest task first. */
import { join } from 'node:path';
import type { Troubles } from '../file-queue/context.ts';
import { markOf } from '../file-queue/stillness.ts';
import type { FoundTask } from '../file-queue/task-file.ts';
import { readTaskFile } from '../file-queue/task-file.ts';
import type { HostedAgent } from './agent-table.ts';
import { startAttempt } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { claimFile } from './claim-file.ts';
import type { ClaimFile } from './claim-file.ts';
import type { HostContext } from './context.ts';
import type { AgentCounters } from './presence.ts';
import type { WaitingTask, WaitingTasks } from './waiting-tasks.ts';

/** An agent at work. */
export interface AgentWorker {
  /** Takes what it can. */
  pump(): void;
  /** Stops attempts whose claim is gone: that of the file `name`, or all of them. */
  checkClaims(name: string | null): void;
  holds(name: string): boolean;
  counters(): AgentCounters;
  /** Stops everything; resolves when it is answered or given back. */
  stop(): Promise<void>;
}

/** Creates the worker of one agent. */
export const createAgentWorker = (
  context: HostContext,
  agent: HostedAgent,
  waiting: Pick<WaitingTasks, 'next'>,
  troubles: Troubles,
): AgentWorker => {
  const { clock, files, folders } = context;
  const folder = join(folders.claimed, agent.name);
  const attempts = new Map<string, Attempt>();
  /** Names being claimed: taken off the list, not yet attempts. */
  const claiming = new Map<string, Promise<void>>();
  let answered = 0;
  let failed = 0;
  let lastWorked: number | null = null;
  let stopped = false;

  const pump = (): void => {
    if (stopped) return;
    while (attempts.size + claiming.size < agent.concurrency) {
      const task = waiting.next(agent.name);
      if (task === null) return;
      // The same name again while its last attempt is still ending: the next listing finds it.
      if (holds(task.name)) continue;
      const work = take(task)
        .catch((error: unknown) => troubles.report(join(task.pair.tasks, task.name), error))
        .then(() => {
          claiming.delete(task.name);
          pump();
        });
      claiming.set(task.name, work);
    }
  };

  const holds = (name: string): boolean => attempts.has(name) || claiming.has(name);

  const take = async (waited: WaitingTask): Promise<void> => {
    const { pair, name } = waited;
    const claim = await claimFile(files, pair.tasks, folder, name, clock.now());
    if (claim === null) return;
    const asSeen = markOf(claim.facts) === waited.mark ? waited.found : null;
    const task = asSeen ?? (await readClaimed(claim));
    if (stopped || task === null || task.assignedTo !== agent.name) {
      await claim.giveBack(pair.tasks);
      return;
    }
    lastWorked = clock.now();
    const attempt = startAttempt(context, agent, pair, claim, task);
    attempts.set(name, attempt);
    void attempt.done.then((end) => {
      attempts.delete(name);
      lastWorked = clock.now();
      if (end === 'answered') answered += 1;
      if (end === 'failed') failed += 1;
      pump();
    });
  };

  /** The file may be another than the one that was looked at: what counts is what was claimed. */
  const readClaimed = async (claim: ClaimFile): Promise<FoundTask | null> => {
    try {
      const bytes = await files.read(claim.path, claim.facts.size);
      return readTaskFile(bytes, context.limits.answer);
    } catch (error) {
      troubles.report(claim.path, error);
      return null;
    }
  };

  return {
    pump,
    holds,
    checkClaims(name) {
      const named = name === null ? undefined : attempts.get(name);
      const some = name === null ? attempts.values() : named === undefined ? [] : [named];
      for (const attempt of some) {
        if (!attempt.claim.isOurs()) attempt.stop('withdrawn');
      }
    },
    counters: () => ({
      running: attempts.size,
      answered,
      failed,
      lastWorked,
      concurrency: agent.concurrency,
      unavailable: agent.unavailable(),
      workers: agent.workers?.() ?? null,
    }),
    async stop() {
      stopped = true;
      await Promise.all(claiming.values());
      for (const attempt of attempts.values()) attempt.stop('shutdown');
      await Promise.all([...attempts.values()].map(({ done }) => done));
      await agent.close?.();
    },
  };
};
