/**
 * The inbox: between "this file is the answer of attempt N" and "that is journaled".
 *
 * Invariants: a file's attempt is settled by the name it gets here and never again; a name is
 * decided on once (the listener knows it); after a crash what lies here is settled before
 * anything else is read.
 */
import { join } from 'node:path';
import { coverTexts } from '../../engine/secrets.ts';
import type { AgentAnswer } from '../queue.ts';
import { readAnswerFile } from './answer-file.ts';
import type { ReadAnswer } from './answer-file.ts';
import type { QueueContext } from './context.ts';
import { createInboxName, keyText, readInboxName } from './names.ts';
import type { InboxName, TaskKey } from './names.ts';
import { moveToIgnored, putAside, tellUnusable } from './put-aside.ts';
import { UnreadableError } from './yaml.ts';

/** What the inbox tells the rest of the queue. */
export interface InboxEvents {
  /** The listener is being asked about an answer of this task. */
  deciding(key: TaskKey): void;
  /** Texts that the task's answer must not keep. */
  conceal(key: TaskKey): readonly string[];
  decided(key: TaskKey, answer: ReadAnswer, attempt: number, accepted: boolean): void;
}

/** An answer whose result can be journaled. */
export type FinalAnswer = ReadAnswer & { readonly result: AgentAnswer['result'] };

/** Takes answers and settles what was taken. */
export interface Inbox {
  /** Moves a file in and has it decided. Runs in the task's lane. */
  take(path: string, name: InboxName, answer: FinalAnswer): Promise<void>;
  /** Settles whatever lies in the inbox and is not being decided right now. */
  settle(): Promise<void>;
}

/** Creates the inbox of one queue. */
export const createInbox = (context: QueueContext, events: InboxEvents): Inbox => {
  const { files, folders } = context;
  const busy = new Set<string>();

  const submit = async (name: string, read: InboxName, answer: FinalAnswer): Promise<void> => {
    events.deciding(read);
    let accepted = false;
    try {
      const verdict = await context.listener().answer({
        run: read.run,
        task: read.task,
        attempt: read.attempt,
        lease: answer.lease,
        agent: answer.agent ?? 'unknown',
        name,
        log: answer.log,
        result: answer.result,
      });
      accepted = verdict === 'accepted';
      await conceal(join(folders.inbox, name), events.conceal(read));
      if (verdict === 'accepted')
        await files.move(join(folders.inbox, name), join(folders.answered, name));
      else await moveToIgnored(context, name, { name, cause: verdict, detail: DETAILS[verdict] });
    } finally {
      events.decided(read, answer, read.attempt, accepted);
    }
  };

  /** Journaled is what the listener made of it; the file is kept without the secrets it repeats. */
  const conceal = async (path: string, texts: readonly string[]): Promise<void> => {
    const facts = texts.length === 0 ? null : files.stat(path);
    if (facts === null) return;
    const text = Buffer.from(await files.read(path, facts.size)).toString('utf8');
    const covered = coverTexts(texts).text(text);
    if (covered !== text) await files.write(path, covered);
  };

  const settleOne = async (name: string, read: InboxName): Promise<void> => {
    const path = join(folders.inbox, name);
    const facts = files.stat(path);
    if (facts === null) return;
    if (context.listener().isDecided(read.run, name)) {
      await files.move(path, join(folders.answered, name));
      return;
    }
    try {
      if (!facts.regular) throw new UnreadableError('it is no regular file');
      if (facts.size > context.limits.answer) throw new UnreadableError('it is too large');
      const bytes = await files.read(path, facts.size);
      const answer = await expand(context, readAnswerFile(bytes, context.limits.answer));
      if (answer === null) throw new UnreadableError('it is no final answer');
      await submit(name, read, answer);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      await tellUnusable(context, name, {
        name,
        key: read,
        cause: 'unreadable',
        detail: error.message,
      });
    }
  };

  const guarded = async (name: string, work: () => Promise<void>): Promise<void> => {
    if (busy.has(name)) return;
    busy.add(name);
    try {
      await work();
      context.troubles.clear(join(folders.inbox, name));
    } catch (error) {
      context.troubles.report(join(folders.inbox, name), error);
    } finally {
      busy.delete(name);
    }
  };

  const settleName = (name: string): Promise<void> => {
    const read = readInboxName(name);
    if (read !== null) {
      return context.lanes.run(keyText(read), () => guarded(name, () => settleOne(name, read)));
    }
    const path = join(folders.inbox, name);
    const detail = 'its name in the inbox is none that the queue gives';
    return guarded(name, () =>
      putAside(context, { path, name, key: null, attempt: 0, cause: 'foreign', detail }),
    );
  };

  return {
    async take(path, name, answer) {
      const text = createInboxName(name, context.unique);
      await guarded(text, async () => {
        if (await files.move(path, join(folders.inbox, text))) await submit(text, name, answer);
      });
    },
    async settle() {
      const names = files.list(folders.inbox).filter((name) => !busy.has(name));
      await Promise.all(names.toSorted().map(settleName));
    },
  };
};

/** The answer with its payload in place of a reference to it; null for a mere sign of life. */
export const expand = async (
  context: Pick<QueueContext, 'payloads'>,
  answer: ReadAnswer,
): Promise<FinalAnswer | null> => {
  const { result } = answer;
  if (result.type === 'working') return null;
  if (result.type === 'deferred') return { ...answer, result };
  return { ...answer, result: { ...result, output: await context.payloads.expand(result.output) } };
};

const DETAILS = {
  late: 'no attempt of its task was open when it came',
  duplicate: 'the same answer had been accepted before',
  foreign: 'its run or task is not known here',
  stale: 'it is for an attempt or a lease that is no longer the open one',
} as const;
