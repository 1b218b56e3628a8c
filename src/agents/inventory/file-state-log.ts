/**
 * FILE.STATE.LOG: what the last incremental scan of a folder knew, so that the next one hashes
 * only what changed. One line per file after a header line, tabs between the fields:
 * `sha256  size  mtime_ns  ctime_ns  inode  "path as JSON"`; the last line seals the rest.
 *
 * Read and written line by line, in the order of the paths' bytes: never held as a whole.
 * Invariant: a log that is damaged, of another folder or of another format is as good as none;
 * a file whose last change may have been followed by another in the same clock tick is not in it.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { parsedJson } from '../../lib/json.ts';
import { compareBytes } from './byte-order.ts';
import type { FileVersion } from './file-version.ts';
import { readLines } from './read-lines.ts';

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

/** The log's first line. */
export const stateHeader = (folder: string): string =>
  `FILE.STATE.LOG\t1\t${JSON.stringify(folder)}\n`;

/** One file's line. */
export const stateLine = (sha256: string, path: string, version: FileVersion): string =>
  `${sha256}${fieldsOf(version)}${JSON.stringify(path)}\n`;

const fieldsOf = ({ size, mtimeNs, ctimeNs, ino }: FileVersion): string =>
  `\t${size}\t${mtimeNs}\t${ctimeNs}\t${ino}\t`;

/** The checksum in a file's line, null unless the line is of this version of it. */
export const knownSha256 = (line: string, version: FileVersion): string | null =>
  line.startsWith(fieldsOf(version), HASH) ? line.slice(0, HASH) : null;

const HASH = 64;

/** The last line; `sha256` is that of everything before it. */
export const stateEnd = (files: number, sha256: string): string => `END\t${files}\t${sha256}\n`;

/**
 * Number of files in the log, or null when it cannot be used: its seal is broken, or it is of
 * another folder. Reads it once; a log that passes has the lines that were printed.
 * @throws system errors, ENOENT among them
 */
export const checkStateLog = async (path: string, folder: string): Promise<number | null> => {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - LONGEST_END);
    const tail = (await readFrom(file, start, size - start)).toString('latin1');
    const end = tail.lastIndexOf('\nEND\t') + 1;
    const head = stateHeader(folder);
    const first = await readFrom(file, 0, Buffer.byteLength(head));
    if (end === 0 || first.toString() !== head) return null;
    const digest = createHash('sha256');
    let lines = 0;
    for await (const chunk of file.createReadStream({
      start: 0,
      end: start + end - 1,
      autoClose: false,
      highWaterMark: 1024 * 1024,
    })) {
      const bytes: Buffer = chunk;
      digest.update(bytes);
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1))
        lines += 1;
    }
    return tail.slice(end) === stateEnd(lines - 1, digest.digest('hex')) ? lines - 1 : null;
  } finally {
    await file.close();
  }
};

const LONGEST_END = 128;
const NEWLINE = 0x0a;

const readFrom = async (file: FileHandle, start: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
};

/** A log that is read along with a walk. */
export interface StateLog {
  /** A file's line, null when it has none. Files are asked for in the order of their paths' bytes. */
  lineOf(path: string): string | null;
  close(): void;
}

/** Opens a log that has been checked. */
export const readStateLog = (log: string): StateLog => {
  const lines = readLines(log);
  lines.next();
  let line = lines.next();
  return {
    lineOf(path) {
      const end = `\t${JSON.stringify(path)}\n`;
      while (line.done !== true) {
        const { value } = line;
        const isIt = value.endsWith(end);
        // A line is taken apart only when it is not the one that was expected.
        if (!isIt && compareBytes(pathIn(value), path) > 0) return null;
        line = lines.next();
        if (isIt) return value;
      }
      return null;
    },
    close: () => void lines.return(),
  };
};

/** The path of a file's line; what is none, as the last line, comes behind all. */
const pathIn = (line: string): string => {
  const path = parsedJson(line.split('\t')[5] ?? '');
  return typeof path === 'string' ? path : '\u{10ffff}';
};
