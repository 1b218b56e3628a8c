/**
 * A folder in which a file starts a run. Owns reading the files and moving them on: to
 * `started/` with what became of them, or to `refused/` with why.
 *
 * A file is taken when its size and time have not changed between two looks. The key of a start
 * is the file's name, time and content: a crash between the start and the move starts nothing
 * twice, and the same file dropped again later is a new start.
 */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { errorCode, renameWithRetry, writeFileAtomic } from '../lib/atomic-file.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Engine, Identity } from '../runtime/engine.ts';
import { repeat, type Repeated } from './repeat.ts';
import { refusalText, startFrom, startOrder } from './start-order.ts';

export interface DropFolderOptions {
  readonly engine: Pick<Engine, 'start'>;
  /** Absolute path; made when it does not exist. */
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Largest file read, in bytes. */
  readonly maxBytes: number;
}

/** Whoever can write into the station's folder acts as its operating-system user. */
const DROP_IDENTITY: Identity = {
  user: 'drop',
  name: 'drop folder',
  roles: [],
  channel: null,
  local: true,
};

/** ms between two looks. */
const PAUSE = 1_000;

/** Watches until it is stopped. */
export const watchDropFolder = (options: DropFolderOptions): Repeated => {
  const seen = new Map<string, string>();

  const look = async (stopped: () => boolean): Promise<number> => {
    await mkdir(options.folder, { recursive: true });
    const names = (await readdir(options.folder)).filter((name) => FILE.test(name)).sort();
    for (const known of seen.keys()) if (!names.includes(known)) seen.delete(known);
    for (const name of names) {
      if (stopped()) break;
      const stamp = await stampOf(join(options.folder, name));
      if (stamp === null) continue;
      if (seen.get(name) === stamp) {
        seen.delete(name);
        await take(name, stamp, options);
      } else seen.set(name, stamp);
    }
    return PAUSE;
  };

  return repeat({
    clock: options.clock,
    work: look,
    failed(err) {
      options.logger.error(
        { err, folder: options.folder },
        'the drop folder could not be looked at',
      );
      return PAUSE;
    },
  });
};

const FILE = /^[^.].*\.(?:ya?ml|json)$/iu;

/** Size and time of a file, or null for what is none (also a link: it may lead anywhere). */
const stampOf = async (path: string): Promise<string | null> => {
  try {
    const found = await lstat(path, { bigint: true });
    return found.isFile() ? `${found.size}:${found.mtimeNs}` : null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
};

const take = async (name: string, stamp: string, options: DropFolderOptions): Promise<void> => {
  const path = join(options.folder, name);
  const size = Number(stamp.split(':')[0]);
  if (size > options.maxBytes) {
    await refuse(name, `it has ${size} bytes; at most ${options.maxBytes} are read`, options);
    return;
  }
  const text = await readFile(path, 'utf8');
  const order = readOrder(text);
  if (!order.success) {
    const why = order.error.issues
      .map(({ path: keys, message }) => `${keys.join('.') || 'the file'}: ${message}`)
      .join('; ');
    await refuse(name, `${why}; write workflow: <id> and input: {…}`, options);
    return;
  }
  const hash = createHash('sha256').update(text).digest('hex');
  const started = await startFrom(options.engine, order.data, {
    by: DROP_IDENTITY,
    key: `drop:${name}:${stamp}:${hash}`,
    origin: { face: 'drop', file: name },
  });
  if (started.type !== 'started') return refuse(name, refusalText(started), options);
  const { run, handle, workflow } = started.view;
  await moveOn(name, 'started', { run, handle, workflow: workflow.id }, options);
};

/** The order in a file's text. */
export const readOrder = (text: string): ReturnType<typeof startOrder.safeParse> =>
  startOrder.safeParse(parsed(text));

/** Text that is no YAML is no order; the check says so. */
const parsed = (text: string): unknown => {
  try {
    return load(text, { maxAliases: 0 });
  } catch {
    return text;
  }
};

const refuse = async (name: string, reason: string, options: DropFolderOptions): Promise<void> => {
  options.logger.warn({ file: name, reason }, 'a file in the drop folder started nothing');
  await moveOn(name, 'refused', { reason }, options);
};

/** The note first: a file that was moved always has one. */
const moveOn = async (
  name: string,
  where: 'started' | 'refused',
  note: Readonly<Record<string, string>>,
  { folder, clock }: DropFolderOptions,
): Promise<void> => {
  const target = join(folder, where);
  await mkdir(target, { recursive: true });
  const unique = `${clock.now()}.${name}`;
  await writeFileAtomic(
    join(target, `${unique}.note.txt`),
    dump({ file: name, ...note }, { lineWidth: -1 }),
  );
  await renameWithRetry(join(folder, name), join(target, unique));
};
