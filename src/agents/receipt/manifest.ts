/**
 * FILE.MANIFEST.txt: what a folder held when its receipt was written.
 * Header lines begin with `# `; then `sha256  size  modified  path` for each file, sorted by path.
 * A path with control characters or a leading quote is written as a JSON string; a value that was
 * not determined is `-`.
 */
import { createHash } from 'node:crypto';
import { jsonWithout, parsedJson } from '../../lib/json.ts';
import { compareBytes } from '../inventory/byte-order.ts';
import { readLines } from '../inventory/read-lines.ts';
import { manifestSeal, manifestSealLine } from './canonical.ts';

export interface ManifestFile {
  readonly path: string;
  readonly size: number | null;
  readonly modified: string | null;
  readonly sha256: string | null;
}

/** What a manifest is about. */
export interface ManifestHead {
  /** The station's folder name. */
  readonly station: string;
  readonly run: string;
  readonly siriusTime: string;
  /** The listed folder, relative to the station. */
  readonly folder: string;
}

/** Files sorted by path, a portion at a time, as often as asked for. */
export type ManifestFiles = () => AsyncIterable<readonly ManifestFile[]>;

/** A manifest ready to be written. */
export interface PrintedManifest {
  /** Of the whole file. */
  readonly sha256: string;
  /** The file's text in pieces. */
  text(): AsyncIterable<string>;
}

/** The manifest, sealed. Goes through the files twice before it is written, and once for the writing. */
export const printManifest = async (
  head: ManifestHead,
  files: ManifestFiles,
): Promise<PrintedManifest> => {
  const header = headerOf(head, await totalsOf(files));
  async function* body(): AsyncGenerator<string> {
    yield header;
    for await (const portion of files()) yield portion.map(printLine).join('');
  }
  const sealed = createHash('sha256');
  for await (const piece of body()) sealed.update(piece);
  const sealLine = manifestSealLine(sealed.digest('hex'));
  async function* text(): AsyncGenerator<string> {
    yield sealLine;
    yield* body();
  }
  const whole = createHash('sha256');
  for await (const piece of text()) whole.update(piece);
  return { sha256: whole.digest('hex'), text };
};

const totalsOf = async (files: ManifestFiles): Promise<{ files: number; bytes: number }> => {
  const totals = { files: 0, bytes: 0 };
  for await (const portion of files()) {
    totals.files += portion.length;
    for (const { size } of portion) totals.bytes += size ?? 0;
  }
  return totals;
};

const headerOf = (
  head: ManifestHead,
  totals: { readonly files: number; readonly bytes: number },
): string =>
  [
    `# station: ${JSON.stringify(head.station)}\n`,
    `# run: ${head.run}\n`,
    `# sirius_time: ${head.siriusTime}\n`,
    `# folder: ${JSON.stringify(head.folder)}\n`,
    `# files: ${totals.files}\n`,
    `# bytes: ${totals.bytes}\n`,
  ].join('');

const printLine = ({ sha256, size, modified, path }: ManifestFile): string =>
  `${sha256 ?? '-'}  ${size ?? '-'}  ${modified ?? '-'}  ${printPath(path)}\n`;

/** A manifest that is as it was written. */
export interface OpenManifest extends ManifestHead {
  /** Its files, in order; read from the file as they are asked for. */
  files(): Iterable<ManifestFile>;
}

/**
 * What a manifest's file says, or why it is not to be believed.
 * @throws system errors when it cannot be read
 */
export const openManifest = async (
  path: string,
): Promise<OpenManifest | { readonly problem: string }> => {
  const seal = await manifestSeal(path);
  if (seal === null) return { problem: 'the first line is not that of a FILE.MANIFEST' };
  if (seal.stated !== seal.actual) {
    return { problem: 'the manifest was changed after it was written: its sha256 differs' };
  }
  const header = new Map<string, string>();
  for (const line of readLines(path)) {
    const [, key, value] = HEADER.exec(line) ?? [];
    if (key !== undefined && value !== undefined) header.set(key, value);
    else if (!line.startsWith('#')) break;
  }
  let last = '';
  for (const file of filesIn(path)) {
    if (file === null) return { problem: 'one of its lines is not that of a file' };
    if (compareBytes(last, file.path) > 0) {
      return { problem: `its lines are not sorted: ${file.path} stands behind ${last}` };
    }
    last = file.path;
  }
  const station = parsePath(header.get('station') ?? '');
  const folder = parsePath(header.get('folder') ?? '.');
  if (station === null || folder === null)
    return { problem: 'its head names no station or folder' };
  return {
    station,
    run: header.get('run') ?? '',
    siriusTime: header.get('sirius_time') ?? '',
    folder,
    *files() {
      for (const file of filesIn(path)) if (file !== null) yield file;
    },
  };
};

/** Null stands for a line that is not that of a file. */
function* filesIn(path: string): Generator<ManifestFile | null, void, undefined> {
  let first = true;
  for (const line of readLines(path)) {
    if (!first && !HEADER.test(line)) yield parseLine(line);
    first = false;
  }
}

const HEADER = /^# ([a-z_]+): (.*)\n$/u;

const LINE = /^([0-9a-f]{64}|-) {2}(\d{1,15}|-) {2}(\S+) {2}(.*)\n$/u;

const parseLine = (line: string): ManifestFile | null => {
  const [, sha256, size, modified, text = ''] = LINE.exec(line) ?? [];
  const path = parsePath(text);
  if (sha256 === undefined || size === undefined || modified === undefined) return null;
  if (path === null || path === '') return null;
  return {
    path,
    size: size === '-' ? null : Number(size),
    modified: modified === '-' ? null : modified,
    sha256: sha256 === '-' ? null : sha256,
  };
};

const printPath = (path: string): string =>
  /^"|[\p{Cc}\p{Cs}\u2028\u2029]/u.test(path) ? jsonWithout(CONTROLS, path) : path;

/** JSON leaves DEL and the C1 controls as they are. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;

/** Null for what begins as a JSON string and is none. */
const parsePath = (text: string): string | null => {
  if (!text.startsWith('"')) return text;
  const path = parsedJson(text);
  return typeof path === 'string' ? path : null;
};
