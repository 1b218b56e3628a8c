/**
 * File names of the queue and what they say. A run id has a fixed form, so names read back
 * without ambiguity; ids found in a name are checked before they become part of another path.
 */
import { isName, toRunId } from '../../engine/ids.ts';
import type { Host } from '../../lib/host/host.ts';

/** One task of one run, as a file name tells it. */
export interface TaskKey {
  readonly run: string;
  readonly task: string;
}

/** The same as one string, for maps. */
export const keyText = (key: TaskKey): string => `${key.run}~${key.task}`;

/** `<prefix>-<run>-<task>.yaml`. */
export const fileName = (prefix: string, key: TaskKey): string =>
  `${prefix}-${key.run}-${key.task}.yaml`;

/** What a name in a watched folder is: ours with its key, ours but with ids that are none, or none of our business. */
export type ReadName =
  | { readonly type: 'named'; readonly key: TaskKey }
  | { readonly type: 'bad'; readonly reason: string }
  | { readonly type: 'other' };

/** Reads `<prefix>-<run>-<task>.yaml`. */
export const readFileName = (prefix: string, name: string): ReadName => {
  if (!name.startsWith(`${prefix}-`) || !name.endsWith('.yaml')) return { type: 'other' };
  const rest = name.slice(prefix.length + 1, -'.yaml'.length);
  const run = rest.slice(0, RUN_ID_LENGTH);
  const task = rest.slice(RUN_ID_LENGTH + 1);
  if (toRunId(run) === null || rest[RUN_ID_LENGTH] !== '-' || !isName(task)) {
    return {
      type: 'bad',
      reason: `its name is not ${prefix}-<run>-<task>.yaml with the ids of the task file it answers`,
    };
  }
  return { type: 'named', key: { run, task } };
};

/** An answer's name from the moment it is taken; the idempotency key of what is decided on it. */
export interface InboxName extends TaskKey {
  readonly attempt: number;
}

/** `<run>~<task>~<attempt>~<unique>`; names made later sort later. */
export const createInboxName = (name: InboxName, unique: UniqueNames): string =>
  `${keyText(name)}~${name.attempt}~${unique()}`;

/** Reads an inbox name back, with when it was given (ms since the epoch); null for anything else. */
export const readInboxName = (text: string): (InboxName & { readonly at: number }) | null => {
  const [run = '', task = '', attempt = '', unique = '', ...more] = text.split('~');
  if (toRunId(run) === null || !isName(task) || more.length > 0) return null;
  if (!/^\d{1,9}$/.test(attempt) || !/^[0-9a-z]+$/.test(unique)) return null;
  return { run, task, attempt: Number(attempt), at: parseInt(unique.slice(0, TIME_LENGTH), 36) };
};

/** Gives a name part that is new on every call, in every process, and sorts by time. */
export type UniqueNames = () => string;

/** Unique names of one process on `host`. */
export const createUniqueNames = ({
  clock,
  random,
}: Pick<Host, 'clock' | 'random'>): UniqueNames => {
  let counter = 0;
  // Tells this process's names from those of all others; asked for once, for it is not cheap.
  const salt = random(6).toString('hex');
  return () => {
    counter = (counter + 1) % 36 ** 4;
    return `${clock.now().toString(36).padStart(TIME_LENGTH, '0')}${counter.toString(36).padStart(4, '0')}${salt}`;
  };
};

/** Digits of a unique name that are its time in ms, in base 36. */
const TIME_LENGTH = 9;

const RUN_ID_LENGTH = 'wf-0000000000000-000000000'.length;
