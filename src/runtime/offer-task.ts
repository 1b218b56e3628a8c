import type { AgentQueue } from '../agents/queue.ts';
import { systemActor } from '../engine/actor.ts';
import type { RunCommand } from '../engine/commands.ts';
import type { Effect } from '../engine/effects.ts';
import type { Secrets } from './secrets.ts';

/** Puts an attempt on offer: the one place where secrets are filled in. Without one of them it fails. */
export const offerTask = async (
  effect: Extract<Effect, { type: 'OfferTask' }>,
  options: {
    readonly queue: Pick<AgentQueue, 'offer'>;
    readonly secrets: Pick<Secrets, 'reveal'>;
    readonly dispatch: (command: RunCommand) => Promise<unknown>;
  },
): Promise<void> => {
  const revealed = options.secrets.reveal(effect.input, effect.seal);
  if (!revealed.ok) {
    const { run, task, attempt, lease, agent } = effect;
    await options.dispatch({
      type: 'FailTask',
      run,
      actor: systemActor,
      task,
      attempt,
      lease,
      agent,
      answer: null,
      output: {},
      error: { type: 'SecretError', message: revealed.why, retryable: false, retryAfter: null },
    });
    return;
  }
  return options.queue.offer({
    run: effect.run,
    task: effect.task,
    definitionTask: effect.definitionTask,
    taskName: effect.taskName,
    workflow: effect.workflow,
    attempt: effect.attempt,
    lease: effect.lease,
    agentLevel: effect.agentLevel,
    assignedTo: effect.agent,
    timeout: effect.timeout,
    heartbeat: effect.heartbeat,
    createdAt: effect.dispatchedAt,
    deadline: effect.deadline,
    previousFailure: effect.previousFailure,
    previousFeedback: effect.previousFeedback,
    forbidden: effect.forbidden,
    readAccess: effect.readAccess,
    writeAccess: effect.writeAccess,
    urgency: effect.urgency,
    payload: revealed.payload,
    conceal: revealed.conceal,
  });
};
