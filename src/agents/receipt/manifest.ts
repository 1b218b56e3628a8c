/**
 * FILE.MANIFEST.txt: what a folder held when its receipt was written.
 * Header lines begin with `# `; then `sha256  size  modified  path` for each file, sorted by path.
 * A path with control characters or a leading quote is written as a JSON string; a value that was
 * not determined is `-`.
 */
import { manifestSeal, sealManifest } from './canonical.ts';

export interface ManifestFile {
  readonly path: string;
  readonly size: number | null;
  readonly modified: string | null;
  readonly sha256: string | null;
}

export interface Manifest {
  /** The station's folder name. */
  readonly station: string;
  readonly run: string;
  readonly siriusTime: string;
  /** The listed folder, relative to the station. */
  readonly folder: string;
  /** Sorted by path. */
  readonly files: readonly ManifestFile[];
}

/** The manifest's file, sealed. */
export const printManifest = (manifest: Manifest): string => {
  const bytes = manifest.files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  const header = [
    `# station: ${JSON.stringify(manifest.station)}`,
    `# run: ${manifest.run}`,
    `# sirius_time: ${manifest.siriusTime}`,
    `# folder: ${JSON.stringify(manifest.folder)}`,
    `# files: ${manifest.files.length}`,
    `# bytes: ${bytes}`,
  ];
  const lines = manifest.files.map(
    ({ sha256, size, modified, path }) =>
      `${sha256 ?? '-'}  ${size ?? '-'}  ${modified ?? '-'}  ${printPath(path)}`,
  );
  return sealManifest([...header, ...lines].map((line) => `${line}\n`).join(''));
};

/** What a manifest's bytes say, or why they are not to be believed. */
export const parseManifest = (bytes: Uint8Array): Manifest | { readonly problem: string } => {
  const seal = manifestSeal(bytes);
  if (seal === null) return { problem: 'the first line is not that of a FILE.MANIFEST' };
  if (seal.stated !== seal.actual) {
    return { problem: 'the manifest was changed after it was written: its sha256 differs' };
  }
  const lines = Buffer.from(bytes).toString('utf8').split('\n').slice(1, -1);
  const header = new Map<string, string>();
  const files: ManifestFile[] = [];
  for (const line of lines) {
    const [, key, value] = /^# ([a-z_]+): (.*)$/u.exec(line) ?? [];
    if (key !== undefined && value !== undefined) header.set(key, value);
    else files.push(parseLine(line));
  }
  return {
    station: parsePath(header.get('station') ?? ''),
    run: header.get('run') ?? '',
    siriusTime: header.get('sirius_time') ?? '',
    folder: parsePath(header.get('folder') ?? '.'),
    files,
  };
};

const parseLine = (line: string): ManifestFile => {
  const [, sha256, size, modified, path] = /^(\S+) {2}(\S+) {2}(\S+) {2}(.*)$/u.exec(line) ?? [];
  return {
    path: parsePath(path ?? ''),
    size: size === undefined || size === '-' ? null : Number(size),
    modified: modified === undefined || modified === '-' ? null : modified,
    sha256: sha256 === undefined || sha256 === '-' ? null : sha256,
  };
};

const printPath = (path: string): string =>
  /^"|[\p{Cc}\p{Cs}\u2028\u2029]/u.test(path) ? escaped(path) : path;

/** JSON leaves DEL and the C1 controls as they are. */
const escaped = (path: string): string =>
  JSON.stringify(path).replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const parsePath = (text: string): string =>
  text.startsWith('"') ? String(JSON.parse(text)) : text;
