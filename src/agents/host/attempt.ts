/**
 * One attempt in a host: payload in, handler, answer out.
 *
 * Owns the handler's surroundings and its end. Invariants: an answer is written only while the
 * claim is ours; a handler that was told to stop answers only if it finished anyway.
 */
import { join } from 'node:path';
import { createLogTail, JOURNALED } from '../../engine/attempt-log.ts';
import type { AttemptLog } from '../../engine/answers.ts';
import { coverTexts } from '../../engine/secrets.ts';
import { isJsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';
import { writeAnswerFile } from '../file-queue/answer-file.ts';
import type { FolderPair } from '../file-queue/folders.ts';
import { fileName } from '../file-queue/names.ts';
import type { FoundTask } from '../file-queue/task-file.ts';
import { refuseProgram } from '../forbidden.ts';
import { createStationPaths } from '../paths.ts';
import type { AgentAnswer } from '../queue.ts';
import type { HostedAgent } from './agent-table.ts';
import type { ClaimFile } from './claim-file.ts';
import type { HostContext } from './context.ts';
import { createProgressWriter } from './progress-writer.ts';
import { checkOutput, covered, failureOf, timedOut } from './result.ts';

/** Why a handler is told to stop. */
export type StopReason = 'deadline' | 'withdrawn' | 'shutdown';

/** How an attempt ended in this host. */
export type AttemptEnd = 'answered' | 'failed' | 'dropped' | 'given-back';

/** An attempt under way. */
export interface Attempt {
  readonly claim: ClaimFile;
  stop(reason: StopReason): void;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly done: Promise<AttemptEnd>;
}

/** Starts working on a claimed task. */
export const startAttempt = (
  context: HostContext,
  agent: HostedAgent,
  pair: FolderPair,
  claim: ClaimFile,
  task: FoundTask,
): Attempt => {
  const { clock, timing } = context;
  const identity = { run: task.run, task: task.task, attempt: task.attempt };
  const logger = context.logger.child({ agent: agent.name, ...identity });
  const controller = new AbortController();
  const progress = createProgressWriter(context, pair, task);
  const cover = coverTexts(task.conceal);
  const said = createLogTail(JOURNALED);
  const cancels: (() => void)[] = [];
  let reason: StopReason | null = null;

  const stop = (why: StopReason): void => {
    if (reason !== null) return;
    reason = why;
    logger.info({ reason: why }, 'the task is stopped');
    controller.abort(new Error(STOP_TEXT[why]));
  };

  const beat = (): void => {
    const every = Math.min(timing.beat, (task.heartbeat ?? Infinity) / 3);
    cancels[0] = clock.after(every, () => {
      if (renewed()) beat();
      else stop('withdrawn');
    });
  };

  const renewed = (): boolean => {
    try {
      return claim.renew();
    } catch (error) {
      logger.warn({ error }, 'the claim could not be renewed; it is tried again');
      return true;
    }
  };

  const handlerContext: AgentContext = {
    identity: { ...identity, workflow: task.workflow },
    signal: controller.signal,
    now: () => clock.now(),
    progress: (percent, message) => progress.report(percent, cover.text(message)),
    log(level, message) {
      const text = cover.text(message);
      logger[level]({}, text);
      said.add({ level, message: text, at: clock.now() });
    },
    paths: createStationPaths({
      root: context.folders.station,
      forbidden: task.forbidden,
      readAccess: task.readAccess,
      writeAccess: task.writeAccess,
      files: context.host.files,
    }),
    host: context.host,
    history: {
      // Opened when it is asked for: only receipts look at it.
      summary: () =>
        context.openHistory({ station: context.folders.station, run: task.run }).summary(),
    },
  };

  const work = async (): Promise<AgentAnswer['result']> => {
    try {
      const payload = await context.payloads.expand(task.payload);
      if (!isJsonObject(payload)) {
        throw new AgentFailure('AgentError', 'The payload is not a mapping', { retryable: false });
      }
      refuseProgram(agent, task.forbidden);
      const output: unknown = await agent.handle(payload, handlerContext);
      return { type: 'success', output: checkOutput(output, context.limits.answer) };
    } catch (error) {
      if (!(error instanceof AgentFailure)) {
        const thrown = task.conceal.length === 0 ? error : cover.text(stackOf(error));
        logger.error({ error: thrown }, 'the agent threw');
      }
      return failureOf(error);
    }
  };

  /** Null when the handler was told to stop and did not end in time. */
  const workOrGiveUp = async (): Promise<AgentAnswer['result'] | null> => {
    const stopped = new Promise<null>((resolve) => {
      controller.signal.addEventListener('abort', () => {
        cancels.push(clock.after(timing.grace, () => resolve(null)));
      });
    });
    return Promise.race([work(), stopped]);
  };

  const run = async (): Promise<AttemptEnd> => {
    beat();
    const deadline = Math.min(
      task.deadline ?? Infinity,
      agent.timeout === null ? Infinity : clock.now() + agent.timeout,
    );
    if (deadline !== Infinity) {
      cancels.push(clock.after(deadline - clock.now(), () => stop('deadline')));
    }
    const result = await workOrGiveUp();
    if (result === null)
      logger.error({}, 'the agent did not stop when it was told to; its task goes on without it');
    const finished = result !== null && (reason === null || result.type === 'success');
    // Past its deadline an attempt is the engine's to end; without its claim it is somebody else's.
    if (finished && reason !== 'deadline' && claim.isOurs()) {
      await answer(context, agent, pair, task, result, said.log());
      await progress.end();
      await claim.remove();
      return result.type === 'failure' ? 'failed' : 'answered';
    }
    await progress.end();
    if (reason === 'shutdown') {
      await claim.giveBack(pair.tasks);
      return 'given-back';
    }
    if (agent.timeout !== null && reason === 'deadline' && claim.isOurs()) {
      await answer(context, agent, pair, task, timedOut(agent.timeout, result), said.log());
      await claim.remove();
      return 'failed';
    }
    return 'dropped';
  };

  const done = run()
    .catch((error: unknown): AttemptEnd => {
      logger.error(
        { error },
        'the answer could not be written; the task is offered again when its lease ends',
      );
      return 'dropped';
    })
    .finally(() => {
      for (const cancel of cancels) cancel();
    });
  return { claim, stop, done };
};

const STOP_TEXT = {
  deadline: 'The time for this task is over',
  withdrawn: 'The task was taken back',
  shutdown: 'The agent host is stopping',
} as const satisfies Record<StopReason, string>;

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const answer = async (
  context: HostContext,
  agent: HostedAgent,
  pair: FolderPair,
  task: FoundTask,
  given: AgentAnswer['result'],
  log: AttemptLog | null,
): Promise<void> => {
  const result = covered(given, coverTexts(task.conceal));
  const output = result.type === 'deferred' ? {} : result.output;
  const { run, task: id, attempt, lease } = task;
  const payload = await context.payloads.shrink(output);
  const text = writeAnswerFile(
    { run, task: id, attempt, lease, agent: agent.name, result, log, payload },
    context.clock.now(),
  );
  await context.files.write(join(pair.answers, fileName(pair.answerPrefix, task)), text);
};
