/**
 * Payloads too large for a queue file: kept once, by hash, below `.3ox/workflow-data/`, and sent
 * as `{"$ref": path, "sha256": …, "bytes": …}`. A reference that comes back from outside is
 * followed only inside that folder and only to bytes with the hash it names.
 */
import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isJsonObject } from '../../lib/json.ts';
import type { Json } from '../../lib/json.ts';
import type { QueueFolders } from './folders.ts';
import type { QueueFiles } from './files.ts';
import { readYaml, UnreadableError } from './yaml.ts';

/** Sends and follows references. */
export interface PayloadStore {
  /** The payload itself when it is small, else a reference to where it now lies. */
  shrink(payload: Json): Promise<Json>;
  /**
   * The payload itself, a reference followed.
   * @throws UnreadableError when the reference leads nowhere, outside, or to other bytes.
   */
  expand(payload: Json): Promise<Json>;
}

/** Limits in bytes. */
export interface PayloadLimits {
  readonly inline: number;
  readonly answer: number;
}

/** Creates the store of one station. */
export const createPayloadStore = (
  folders: Pick<QueueFolders, 'station' | 'data'>,
  files: Pick<QueueFiles, 'stat' | 'read' | 'write' | 'touch' | 'ensure' | 'realPath'>,
  limits: PayloadLimits,
): PayloadStore => {
  const root = join(folders.station, folders.data);

  return {
    async shrink(payload) {
      if (isCertainlySmall(payload, limits.inline)) return payload;
      const bytes = Buffer.from(JSON.stringify(payload));
      if (bytes.length <= limits.inline) return payload;
      const sha256 = hash(bytes);
      const path = `${folders.data}/payloads/${sha256}.json`;
      const target = join(folders.station, path);
      if (files.stat(target)?.size !== bytes.length) {
        files.ensure(join(root, 'payloads'));
        await files.write(target, bytes.toString());
      } else files.touch(target);
      return { $ref: path, sha256, bytes: bytes.length };
    },

    async expand(payload) {
      if (!isReference(payload)) return payload;
      const path = insideOf(files, root, folders, payload.$ref);
      const facts = files.stat(path);
      if (facts === null || !facts.regular) throw refused(payload.$ref, 'there is no such file');
      if (facts.size > limits.answer) throw refused(payload.$ref, 'it is too large');
      const bytes = await files.read(path, facts.size);
      if (hash(bytes) !== payload.sha256) throw refused(payload.$ref, 'its sha256 is another one');
      return readYaml(bytes, limits.answer);
    },
  };
};

/** A scalar or a few of them need not be put into text to know that they are small. */
const isCertainlySmall = (payload: Json, limit: number): boolean => {
  if (typeof payload === 'string') return payload.length * 6 < limit;
  return typeof payload !== 'object' || payload === null;
};

interface Reference {
  readonly $ref: string;
  readonly sha256: string;
}

const isReference = (payload: Json): payload is { readonly [key: string]: Json } & Reference =>
  isJsonObject(payload) &&
  typeof payload['$ref'] === 'string' &&
  typeof payload['sha256'] === 'string';

const insideOf = (
  files: Pick<QueueFiles, 'realPath'>,
  root: string,
  folders: Pick<QueueFolders, 'station'>,
  path: string,
): string => {
  try {
    const inside = relative(files.realPath(root), files.realPath(join(folders.station, path)));
    if (inside !== '' && inside.split(sep)[0] !== '..' && !isAbsolute(inside)) {
      return join(files.realPath(root), inside);
    }
  } catch (error) {
    throw refused(path, 'there is no such file', error);
  }
  throw refused(path, 'it is not inside .3ox/workflow-data/');
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const refused = (path: string, why: string, cause?: unknown): UnreadableError =>
  new UnreadableError(`its payload refers to ${JSON.stringify(path)}, but ${why}`, { cause });
