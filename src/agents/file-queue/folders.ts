/**
 * Where the queue's files lie in a station. Two pairs of watched folders exist: the queue of
 * `.3ox/`, and the older pair at the station's top; what is behind them is shared.
 */
import { join } from 'node:path';
import type { HostFiles } from '../../lib/host/host.ts';
import { systemFiles } from '../../lib/host/system-files.ts';

/** A folder in which tasks appear and one in which their answers do. */
export interface FolderPair {
  readonly id: PairId;
  readonly tasks: string;
  readonly answers: string;
  /** First part of an answer's file name. */
  readonly answerPrefix: string;
  /** Station-relative, with `/`: what `routing.reply_to` says. */
  readonly replyTo: string;
}

/** `queue`: `.3ox/task-queue` and `response-queue`; `station`: `1N.3OX` and `0UT.3OX`. */
export type PairId = 'queue' | 'station';

/** Absolute paths of one station's queue. */
export interface QueueFolders {
  readonly station: string;
  readonly pairs: Readonly<Record<PairId, FolderPair>>;
  /** Temp files: same file system, watched by nobody. */
  readonly temp: string;
  readonly claimed: string;
  readonly inbox: string;
  readonly answered: string;
  readonly ignored: string;
  readonly hosts: string;
  /** Station-relative, with `/`: payloads too large for a queue file. */
  readonly data: string;
  readonly registry: string;
}

/** The folders of the station at `station` (absolute). Folder names are matched without case. */
export const queueFolders = (
  station: string,
  files: Pick<HostFiles, 'list'> = systemFiles,
): QueueFolders => {
  const home = join(station, folderName(files, station, '.3ox'));
  const queue = join(home, 'queue');
  const outgoing = folderName(files, station, '0UT.3OX');
  return {
    station,
    pairs: {
      queue: {
        id: 'queue',
        tasks: join(home, 'task-queue'),
        answers: join(home, 'response-queue'),
        answerPrefix: 'response',
        replyTo: '.3ox/response-queue/',
      },
      station: {
        id: 'station',
        tasks: join(station, folderName(files, station, '1N.3OX')),
        answers: join(station, outgoing),
        answerPrefix: 'result',
        replyTo: `${outgoing}/`,
      },
    },
    temp: join(queue, 'tmp'),
    claimed: join(queue, 'claimed'),
    inbox: join(queue, 'inbox'),
    answered: join(queue, 'answered'),
    ignored: join(queue, 'ignored'),
    hosts: join(queue, 'hosts'),
    data: '.3ox/workflow-data',
    registry: join(home, 'agents.yaml'),
  };
};

/** The name as it is on disk, whatever its case; the name as asked for when there is none. */
const folderName = (files: Pick<HostFiles, 'list'>, parent: string, name: string): string => {
  try {
    const names = files.list(parent);
    if (names.includes(name)) return name;
    return names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? name;
  } catch {
    return name;
  }
};
