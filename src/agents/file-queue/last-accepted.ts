/**
 * The answer accepted last for each task, by the hash of its bytes: what tells a failure written
 * twice from two equal failures. Kept in memory; what an earlier process accepted is found in
 * `answered/` when it is asked for.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { QueueContext } from './context.ts';
import { keyText, readInboxName } from './names.ts';
import type { TaskKey } from './names.ts';

/** An accepted answer. */
export interface Accepted {
  readonly sha256: string;
  readonly attempt: number;
}

/** Remembers and finds accepted answers. */
export interface LastAccepted {
  remember(key: TaskKey, accepted: Accepted): void;
  find(key: TaskKey): Promise<Accepted | null>;
}

/** Creates the memory; `answered/` is listed at most once, by the first question it cannot answer. */
export const createLastAccepted = (
  context: Pick<QueueContext, 'files' | 'folders' | 'limits'>,
): LastAccepted => {
  const known = new Map<string, Accepted | null>();
  let earlier: ReadonlyMap<string, string> | null = null;

  const readEarlier = async (key: TaskKey): Promise<Accepted | null> => {
    earlier ??= newestNames(context.files.list(context.folders.answered));
    const name = earlier.get(keyText(key));
    const path = join(context.folders.answered, name ?? '');
    const facts = name === undefined ? null : context.files.stat(path);
    if (name === undefined || facts === null || !facts.regular) return null;
    if (facts.size > context.limits.answer) return null;
    const bytes = await context.files.read(path, facts.size);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { sha256, attempt: readInboxName(name)?.attempt ?? 0 };
  };

  return {
    remember(key, accepted) {
      const text = keyText(key);
      known.delete(text);
      known.set(text, accepted);
      const oldest = known.size > MOST ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
    },
    async find(key) {
      const found = known.get(keyText(key));
      if (found !== undefined) return found;
      const read = await readEarlier(key);
      known.set(keyText(key), read);
      return read;
    },
  };
};

const newestNames = (names: readonly string[]): ReadonlyMap<string, string> => {
  const newest = new Map<string, string>();
  for (const name of names.toSorted()) {
    const read = readInboxName(name);
    if (read === null) continue;
    const before = readInboxName(newest.get(keyText(read)) ?? '');
    if (before === null || before.attempt <= read.attempt) newest.set(keyText(read), name);
  }
  return newest;
};

const MOST = 20_000;
