/** Agents with moods: mostly they work, sometimes they fail, take long, hang, or say a lot. */
import { deepStrictEqual } from 'node:assert/strict';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { AgentFailure } from '../../src/agents/agent.ts';
import type { BuiltinAgent, TaskIdentity } from '../../src/agents/agent.ts';
import { readTaskFile } from '../../src/agents/file-queue/task-file.ts';
import type { Host } from '../../src/lib/host/host.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { writeFully } from '../../src/lib/host/write-fully.ts';
import type { Random } from '../support/random.ts';
import { AGENTS } from './definitions.ts';
import { inventoryAgentsOn } from './inventory.ts';
import { hold } from './violation.ts';
import { SECRET } from './world.ts';
import type { World } from './world.ts';

/** How agents are at the moment; set to `calm` they do what they are asked. */
export interface Mood {
  calm: boolean;
}

export const scriptedAgents = (
  host: Host,
  random: Random,
  { mood, owed, guarded, working, time }: World,
): readonly BuiltinAgent[] => {
  const waitFor = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = host.clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });

  /** An agent gets what was recorded, whole, with secrets in their places. */
  const check = (payload: JsonObject, { run, task, attempt }: TaskIdentity): void => {
    const input = owed.input(run, task, attempt);
    hold(input !== null, `I1: ${run} ${task} ${attempt} is worked on and not on disk`);
    const { token, ...rest } = payload;
    const { token: reference, ...recorded } = input ?? {};
    deepStrictEqual(rest, recorded, `${run} ${task} ${attempt} was given another input`);
    hold(
      token === (reference === undefined ? undefined : SECRET),
      `${run} ${task} got ${JSON.stringify(token)}`,
    );
  };

  const work: BuiltinAgent['handle'] = async (payload, context) => {
    const wait = (ms: number): Promise<void> => waitFor(ms, context.signal);
    await wait(random.below(1_500));
    const token = payload['token'];
    const kind = token !== undefined && random.chance(0.3) ? 11 : drawKind();
    if (kind === 12) await wait(15_000);
    if (kind === 13) await wait(10 ** 9);
    if (kind === 14 || kind === 15 || kind === 16) {
      throw new AgentFailure('AgentError', 'not this time', { payload: { tried: true } });
    }
    if (kind === 17) throw new AgentFailure('Fatal', 'never', { retryable: false });
    if (kind === 18) context.progress(50, 'half of it');
    if (kind === 11) {
      context.log('warn', `this with ${JSON.stringify(token ?? 1)}`);
    }
    await wait(random.below(500));
    return {
      v: random.chance(0.5) ? 'yes' : 'no',
      got: payload['text'] ?? null,
      // Some agents repeat what they were told in confidence.
      ...(token === undefined ? {} : { said: `with ${JSON.stringify(token)}` }),
      ...(kind === 19 ? { big: 'y'.repeat(80_000) } : {}),
    };
  };
  /** In calm some take their time and say something, and nothing worse. */
  const drawKind = (): number => {
    if (!mood.calm) return random.below(20);
    return random.chance(0.1) ? random.pick([11, 12]) : 0;
  };

  const scripted: readonly BuiltinAgent[] = AGENTS.hosted.map((name) => ({
    name,
    description: 'simulated',
    concurrency: 2,
    async handle(payload, context) {
      guarded(() => check(payload, context.identity));
      const { run, task, attempt } = context.identity;
      const row = `${run} ${task} ${attempt}`;
      const over = (): void => void working.delete(row);
      working.set(row, time.now());
      context.signal.addEventListener('abort', over);
      return work(payload, context).finally(over);
    },
  }));
  const pause = (signal: AbortSignal): Promise<void> => waitFor(random.below(800), signal);
  return [...scripted, ...inventoryAgentsOn(host.files, pause)];
};

/**
 * An agent written to the user's guide: answers in place, in two writes, then deletes the task file.
 * For some tasks it says which attempt and lease it answers, and puts the answer there in one step.
 */
export const startGuideAgent = (
  host: Host,
  random: Random,
  { folders, mood }: Pick<World, 'folders' | 'mood'>,
): void => {
  const { files, clock } = host;
  const { tasks, answers } = folders.pairs.queue;
  const seen = new Map<string, number>();

  const write = (path: string, text: string): void => {
    const file = files.open(path, 'w');
    writeFully(files, file, Buffer.from(text));
    files.close(file);
  };

  const work = (name: string): void => {
    const path = join(tasks, name);
    const bytes = files.read(path);
    if (bytes === null) return;
    const task = readTaskFile(bytes, 1_000_000);
    if (task.assignedTo !== AGENTS.guide) return;
    const fails = !mood.calm && random.chance(0.25);
    const status = fails ? 'failure' : 'success';
    const defers = !mood.calm && random.chance(0.1);
    const { attempt, lease } = task;
    const precise = random.chance(0.4);
    const answer = {
      header: {
        ...(precise ? { attempt, lease } : {}),
        sirius_time: '⧗-26.1',
        workflow_id: task.run,
        task_id: task.task,
        agent: AGENTS.guide,
        ...(defers ? { status: 'in_progress', callback_after: '2s' } : { status }),
      },
      payload: fails ? { reason: 'always the same' } : { v: 'yes' },
    };
    const text = dump(answer);
    const target = join(answers, `response-${task.run}-${task.task}.yaml`);
    const put = (): void => {
      if (!precise) return write(target, text);
      write(`${target}.tmp`, text);
      files.rename(`${target}.tmp`, target);
    };
    const again = !mood.calm && random.chance(defers ? 0.5 : 0.1);
    if (!precise) write(target, text.slice(0, random.below(text.length)));
    const later = (ms: number, then: () => void): void => void clock.after(ms, () => quietly(then));
    later(random.below(60), () => {
      put();
      later(random.below(150), () => {
        files.remove(path);
        if (again) later(random.pick([400, 2_500, 5_000]), put);
      });
    });
  };

  const look = (): void => {
    try {
      for (const name of files.list(tasks)) {
        const inode = files.stat(join(tasks, name))?.inode ?? 0;
        if (seen.get(name) === inode) continue;
        seen.set(name, inode);
        if (mood.calm || !random.chance(0.05)) {
          clock.after(random.below(2_000), () => quietly(() => work(name)));
        }
      }
    } catch {
      // Its folders may be gone for a while, or the disk refuses: it looks again.
    }
    if (mood.calm && random.chance(0.02)) seen.clear();
    clock.after(200, look);
  };
  look();
};

/** What this agent cannot do now it does not do. */
const quietly = (work: () => void): void => {
  try {
    work();
  } catch {
    // See above.
  }
};
