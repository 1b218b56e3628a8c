/**
 * How an agent's last answers were: from the answer files the queue has accepted, whoever wrote
 * them. Attempts that ended without an answer (timeouts, lost leases) are not among them.
 */
import { join } from 'node:path';
import { readAnswerFile } from '../file-queue/answer-file.ts';
import type { QueueFiles } from '../file-queue/files.ts';
import type { QueueFolders } from '../file-queue/folders.ts';
import { readInboxName } from '../file-queue/names.ts';
import { UnreadableError } from '../file-queue/yaml.ts';

/** A failure as its agent reported it. */
export interface LastFailure {
  /** ms since the epoch. */
  readonly at: number;
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  readonly type: string;
  readonly message: string;
}

/** One agent's part of the station's last {@link RECENT} answers. */
export interface RecentAnswers {
  readonly answers: number;
  readonly failures: number;
  /** ms since the epoch. */
  readonly last: number;
  readonly lastFailure: LastFailure | null;
}

/** Answers looked at, over all agents of the station. */
export const RECENT = 200;

/** The recent answers of every agent that gave any. */
export const readRecentAnswers = async (
  folders: Pick<QueueFolders, 'answered'>,
  files: Pick<QueueFiles, 'stat' | 'list' | 'read'>,
): Promise<ReadonlyMap<string, RecentAnswers>> => {
  const agents = new Map<string, RecentAnswers>();
  if (files.stat(folders.answered) === null) return agents;
  const named = files.list(folders.answered).flatMap((name) => {
    const key = readInboxName(name);
    return key === null ? [] : [{ ...key, name }];
  });
  const newest = named.toSorted((a, b) => b.at - a.at).slice(0, RECENT);
  for (const { name, at, run, task, attempt } of newest) {
    const path = join(folders.answered, name);
    const facts = files.stat(path);
    if (facts === null || facts.size > LARGEST) continue;
    const { agent, result } = await read(files, path, facts.size);
    if (agent === null || result.type === 'working' || result.type === 'deferred') continue;
    const before = agents.get(agent);
    const failed = result.type === 'failure' ? result.error : null;
    const { type = '', message = '' } = failed ?? {};
    agents.set(agent, {
      answers: (before?.answers ?? 0) + 1,
      failures: (before?.failures ?? 0) + (failed === null ? 0 : 1),
      last: before?.last ?? at,
      lastFailure:
        before?.lastFailure ?? (failed === null ? null : { at, run, task, attempt, type, message }),
    });
  }
  return agents;
};

/** Larger ones are whole payloads in the guide's manner; too much to read for a figure. */
const LARGEST = 256 * 1024;

const read = async (
  files: Pick<QueueFiles, 'read'>,
  path: string,
  size: number,
): Promise<Pick<ReturnType<typeof readAnswerFile>, 'agent' | 'result'>> => {
  try {
    return readAnswerFile(await files.read(path, size), LARGEST);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { agent: null, result: { type: 'working' } };
  }
};
