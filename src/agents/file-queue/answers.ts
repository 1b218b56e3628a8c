/**
 * The response folder: which file is an answer, when it may be read, and for which attempt it is.
 *
 * Owns the rules of stillness. An answer with a lease was written atomically and is read at once;
 * one without was perhaps not, and is read once it has kept still. What cannot be understood is
 * looked at again until it has kept still for longer, and only then put aside.
 */
import { join } from 'node:path';
import type { Claims } from './claims.ts';
import type { QueueContext } from './context.ts';
import type { FileFacts } from './files.ts';
import type { FolderPair } from './folders.ts';
import type { FinalAnswer, Inbox } from './inbox.ts';
import type { LastAccepted } from './last-accepted.ts';
import { fileName, keyText, readFileName } from './names.ts';
import type { TaskKey } from './names.ts';
import type { Offers } from './offers.ts';
import { putAside } from './put-aside.ts';
import { readAnswer } from './read-answer.ts';
import { createStillness, markOf } from './stillness.ts';
import { UnreadableError } from './yaml.ts';

/** The answer files of one queue. */
export interface Answers {
  /** Looks at one name; resolves when it has been decided on or has to wait. */
  look(pair: FolderPair, name: string): Promise<void>;
  /** Looks at all of `names` that are answers, oldest file first. */
  scan(pair: FolderPair, names: readonly string[]): Promise<void>;
  /** The task file of `key` came or went: a held answer may be the open attempt's now. */
  recheck(key: TaskKey): void;
  /** True while a file of this task waits to be understood. */
  pending(key: TaskKey): boolean;
  /** True while a file waits that will be read if only it keeps still. */
  reading(): boolean;
  stop(): void;
}

/** What the reader needs of the rest of the queue. */
export interface AnswerNeeds {
  readonly inbox: Pick<Inbox, 'take'>;
  readonly offers: Pick<Offers, 'written'>;
  readonly claims: Pick<Claims, 'lease' | 'renew'>;
  readonly last: Pick<LastAccepted, 'find'>;
}

/** A named file in the response folder, as it is being looked at. */
interface Found {
  readonly pair: FolderPair;
  readonly name: string;
  readonly path: string;
  readonly facts: FileFacts;
}

/** Creates the reader of answers. */
export const createAnswers = (context: QueueContext, needs: AnswerNeeds): Answers => {
  const { clock, files, timing } = context;
  const still = createStillness(clock, (pair, name) => void look(pair, name));

  const look = (pair: FolderPair, name: string): Promise<void> => {
    const read = readFileName(pair.answerPrefix, name);
    if (read.type === 'other') return Promise.resolve();
    const path = join(pair.answers, name);
    return context.lanes.run(read.type === 'named' ? keyText(read.key) : name, async () => {
      try {
        const facts = files.stat(path);
        const found = { pair, name, path, facts };
        if (facts === null) still.drop(name);
        else if (read.type === 'named') await examine({ ...found, facts }, read.key);
        else {
          const error = new UnreadableError(read.reason, { kind: 'foreign' });
          await unreadable({ ...found, facts }, null, error);
        }
        context.troubles.clear(path);
      } catch (error) {
        context.troubles.report(path, error);
      }
    });
  };

  const examine = async (file: Found, key: TaskKey): Promise<void> => {
    const before = still.before(file.name, file.facts);
    if (before?.state === 'working') return;
    let answer: FinalAnswer | null;
    try {
      answer = before?.answer ?? (await readAnswer(context, file.path, key, file.facts));
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      await unreadable(file, key, error);
      return;
    }
    if (answer === null) {
      keep(file, 'working', null, null);
      if (openOf(key) !== null) needs.claims.renew(key);
      return;
    }
    // A payload key with nothing behind it may be half a file that rests.
    const patience = answer.lease !== null ? 0 : answer.bare ? timing.unreadable : timing.still;
    const left = still.since(file.name, file.facts) + patience - clock.now();
    if (left > 0) keep(file, 'reading', answer, left);
    else await attribute(file, key, answer);
  };

  const keep = (
    { pair, name, facts }: Found,
    state: 'reading' | 'unreadable' | 'held' | 'working',
    answer: FinalAnswer | null,
    delay: number | null,
  ): void => {
    const since = still.since(name, facts);
    still.wait(name, { mark: markOf(facts), since, pair, state, answer }, delay);
  };

  const unreadable = async (
    file: Found,
    key: TaskKey | null,
    error: UnreadableError,
  ): Promise<void> => {
    const left = still.since(file.name, file.facts) + timing.unreadable - clock.now();
    if (left > 0) {
      keep(file, 'unreadable', null, left);
      return;
    }
    const attempt = key === null ? 0 : (openOf(key)?.attempt ?? 0);
    const { path, name } = file;
    await putAside(context, { path, name, key, attempt, cause: error.kind, detail: error.message });
    still.drop(name);
  };

  const openOf = (key: TaskKey): { readonly attempt: number; readonly lease: string } | null =>
    context.listener().openAttempt(key.run, key.task);

  /** Which attempt is it for? */
  const attribute = async (file: Found, key: TaskKey, answer: FinalAnswer): Promise<void> => {
    const { path, name } = file;
    const open = openOf(key);
    if (answer.lease === null && open !== null) {
      const last = await needs.last.find(key);
      const fate = last?.sha256 === answer.sha256 ? repeated(file, key, open.lease) : 'answer';
      if (typeof fate === 'number' || fate === null) {
        keep(file, 'held', answer, fate);
        return;
      }
      if (fate === 'duplicate') {
        const attempt = last?.attempt ?? 0;
        const detail = `the same bytes were accepted for attempt ${attempt}, and the task file of attempt ${open.attempt} is still there`;
        await putAside(context, { path, name, key, attempt, cause: 'duplicate', detail });
        still.drop(name);
        return;
      }
    }
    still.drop(name);
    const attempt = answer.attempt ?? open?.attempt ?? 0;
    await needs.inbox.take(path, { ...key, attempt }, answer);
  };

  /**
   * The bytes of the answer before: the open attempt's own only if its task file, once written,
   * is gone. Otherwise the ms left before it counts as a duplicate, null while nothing is on offer.
   */
  const repeated = (
    file: Found,
    key: TaskKey,
    lease: string,
  ): 'answer' | 'duplicate' | number | null => {
    const written = needs.offers.written(key);
    if (written?.lease !== lease) return null;
    const task = join(written.pair.tasks, fileName('task', key));
    if (needs.claims.lease(key) === null && files.stat(task) === null) return 'answer';
    const since = Math.max(still.since(file.name, file.facts), written.at);
    const left = since + timing.duplicate - clock.now();
    return left > 0 ? left : 'duplicate';
  };

  const names = (key: TaskKey): readonly string[] =>
    context.pairs.map((pair) => fileName(pair.answerPrefix, key));

  return {
    look,
    async scan(pair, listed) {
      const found = listed.flatMap((name) => {
        if (readFileName(pair.answerPrefix, name).type === 'other') return [];
        const facts = files.stat(join(pair.answers, name));
        return facts === null ? [] : [{ name, modified: facts.modified }];
      });
      found.sort((a, b) => a.modified - b.modified);
      await Promise.all(found.map(({ name }) => look(pair, name)));
    },
    recheck(key) {
      for (const pair of context.pairs) {
        const name = fileName(pair.answerPrefix, key);
        if (still.state(name) === 'held') void look(pair, name);
      }
    },
    pending: (key) =>
      names(key).some((name) => ['reading', 'unreadable'].includes(still.state(name) ?? '')),
    reading: () => still.any('reading'),
    stop: () => still.stop(),
  };
};
