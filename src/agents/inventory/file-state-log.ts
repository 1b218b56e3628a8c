/**
 * FILE.STATE.LOG: what the last incremental scan of a folder knew, so that the next one hashes
 * only what changed. One line per file after a header line, tabs between the fields:
 * `sha256  size  mtime_ns  ctime_ns  inode  "path as JSON"`; the last line seals the rest.
 *
 * Invariant: a log that is damaged, of another folder or of another format is as good as none;
 * a file whose last change may have been followed by another in the same clock tick is not in it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, writeFileAtomic } from '../../lib/atomic-file.ts';
import type { FileVersion } from './hash-file.ts';

/** One file as the log knows it. */
export interface KnownFile extends FileVersion {
  readonly sha256: string;
}

export type FileStates = ReadonlyMap<string, KnownFile>;

/** `.3ox/workflow-data/file-state/<folder>.<8 hex of its path's hash>/FILE.STATE.LOG` */
export const stateLogPath = (station: string, folder: string): string => {
  const name = (folder === '' ? 'station' : folder).replace(/[^A-Za-z0-9._-]+/gu, '~').slice(0, 60);
  const unique = createHash('sha256').update(folder).digest('hex').slice(0, 8);
  return join(
    station,
    '.3ox',
    'workflow-data',
    'file-state',
    `${name}.${unique}`,
    'FILE.STATE.LOG',
  );
};

/** The log's content, or null with a word to `warn` when there is one that cannot be used. */
export const readStateLog = async (
  path: string,
  folder: string,
  warn: (message: string) => void,
): Promise<FileStates | null> => {
  try {
    const states = parseStateLog(await readFile(path, 'utf8'), folder);
    if (states === null) warn(`${path} is damaged or not of this folder; all files are read again`);
    return states;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      warn(`${path} cannot be read (${String(error)}); all files are read again`);
    return null;
  }
};

export const writeStateLog = async (
  path: string,
  folder: string,
  states: FileStates,
): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, printStateLog(folder, states));
};

const header = (folder: string): string => `FILE.STATE.LOG\t1\t${JSON.stringify(folder)}`;

export const printStateLog = (folder: string, states: FileStates): string => {
  const lines = [...states].map(([path, file]) =>
    [file.sha256, file.size, file.mtimeNs, file.ctimeNs, file.ino, JSON.stringify(path)].join('\t'),
  );
  const body = [header(folder), ...lines].map((line) => `${line}\n`).join('');
  return `${body}END\t${lines.length}\t${digest(body)}\n`;
};

export const parseStateLog = (text: string, folder: string): FileStates | null => {
  const end = text.lastIndexOf('\nEND\t') + 1;
  const body = text.slice(0, end);
  const lines = body.split('\n').slice(0, -1);
  if (end === 0 || lines[0] !== header(folder)) return null;
  if (text.slice(end) !== `END\t${lines.length - 1}\t${digest(body)}\n`) return null;
  // The seal is right, so the lines are as they were printed.
  return new Map(lines.slice(1).map(parseLine));
};

const parseLine = (line: string): [string, KnownFile] => {
  const [sha256 = '', size = '', mtime = '', ctime = '', ino = '', path = '""'] = line.split('\t');
  const file = {
    sha256,
    size: BigInt(size),
    mtimeNs: BigInt(mtime),
    ctimeNs: BigInt(ctime),
    ino: BigInt(ino),
  };
  return [String(JSON.parse(path)), file];
};

const digest = (body: string): string => createHash('sha256').update(body).digest('hex');

/**
 * Whether a change right after `readAt` (ms since the epoch) could leave the same times behind.
 * Clocks of file systems tick: every 1–10 ms on most, every 2 s where times are whole seconds.
 */
export const isRacy = (file: FileVersion, readAt: number): boolean => {
  const changed = file.ctimeNs > file.mtimeNs ? file.ctimeNs : file.mtimeNs;
  const tick = changed % 1_000_000_000n === 0n ? 2_000_000_000n : 20_000_000n;
  return changed + tick >= BigInt(Math.floor(readAt)) * 1_000_000n;
};
