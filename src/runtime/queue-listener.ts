/** The engine as the queue sees it: outside answers become commands, decisions become verdicts. */
import { hasName } from '../engine/name-set.ts';
import { taskOf } from '../engine/tasks.ts';
import type { QueueListener, AgentAnswer, AnswerVerdict } from '../agents/queue.ts';
import type { Actor } from '../engine/actor.ts';
import type { RunCommand } from '../engine/commands.ts';
import { toRunId, type RunId } from '../engine/ids.ts';
import type { Logger } from '../lib/logger.ts';
import type { Dispatched, Kernel } from './kernel.ts';

export const createQueueListener = (options: {
  readonly kernel: Pick<Kernel, 'committed'>;
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  readonly logger: Logger;
}): QueueListener => {
  const { kernel, dispatch, logger } = options;

  const known = (run: string): RunId | null => {
    const id = toRunId(run);
    return id !== null && kernel.committed(id) !== null ? id : null;
  };

  const answer = async (given: AgentAnswer): Promise<AnswerVerdict> => {
    const run = known(given.run);
    if (run === null) {
      logger.warn(
        { run: given.run, task: given.task, name: given.name },
        'answer for an unknown run',
      );
      return 'foreign';
    }
    return verdictOf(await dispatch(commandFor(run, given)));
  };

  return {
    openAttempt(run, task) {
      const id = toRunId(run);
      const state = id === null ? null : kernel.committed(id)?.state;
      const row = (state == null ? null : taskOf(state, task))?.attempts.at(-1);
      return row?.status === 'IN_PROGRESS' && row.agent !== null
        ? { attempt: row.attempt, lease: row.lease }
        : null;
    },
    isDecided(run, name) {
      const id = toRunId(run);
      return id !== null && hasName(kernel.committed(id)?.state.answers ?? [], name);
    },
    answer,
    async unusable(info) {
      const run = info.run === null ? null : known(info.run);
      logger.warn(info, 'an answer file was put aside');
      if (run === null || info.cause === 'accepted') return;
      await dispatch({
        type: 'IgnoreAnswer',
        run,
        actor: agentActor('unknown'),
        task: info.task,
        cause: info.cause,
        answer: info.name,
        detail: info.detail,
      });
    },
    async claimed(run, task, attempt, agent) {
      const id = known(run);
      if (id === null) return;
      await dispatch({
        type: 'ClaimTask',
        run: id,
        actor: agentActor(agent),
        task,
        attempt,
        agent,
      });
    },
    async progress(run, task, attempt, percent, message) {
      const id = known(run);
      if (id === null) return;
      await dispatch({
        type: 'ReportProgress',
        run: id,
        actor: agentActor('unknown'),
        task,
        attempt,
        percent,
        message,
      });
    },
    async leaseExpired(run, task, attempt) {
      const id = known(run);
      if (id === null) return;
      await dispatch({ type: 'ExpireLease', run: id, actor: agentActor('queue'), task, attempt });
    },
  };
};

const commandFor = (run: RunId, given: AgentAnswer): RunCommand => {
  const answering = {
    run,
    actor: agentActor(given.agent),
    task: given.task,
    attempt: given.attempt,
    lease: given.lease,
    agent: given.agent,
    answer: given.name,
    log: given.log ?? null,
  };
  switch (given.result.type) {
    case 'success':
      return { type: 'CompleteTask', output: given.result.output, ...answering };
    case 'failure':
      return {
        type: 'FailTask',
        error: given.result.error,
        output: given.result.output,
        ...answering,
      };
    case 'deferred':
      return { type: 'DeferTask', after: given.result.after, ...answering };
  }
};

/** No events: this very answer was decided on before. */
const verdictOf = (dispatched: Dispatched): AnswerVerdict => {
  if (dispatched.type === 'rejected') return 'foreign';
  for (const { event } of dispatched.commit.events) {
    if (event.type === 'AnswerIgnored')
      return event.cause === 'unreadable' ? 'foreign' : event.cause;
  }
  return 'accepted';
};

const agentActor = (name: string): Actor => ({
  id: `agent:${name}`,
  name,
  level: null,
  groups: [],
});
