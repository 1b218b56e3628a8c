/**
 * The definitions of some folders. Owns the file access of this area: folders are listed and
 * files looked at on every access; a file is read again only when its size or time changed.
 * Nothing about files is thrown: what cannot be read is a problem of that file.
 */
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import type { DefinitionCatalog, DefinitionEntry, FileProblems } from '../runtime/engine.ts';
import type { WrittenDefinition } from './across.ts';
import { readAll, type LoadedFile } from './catalog-files.ts';
import { doublesIn } from './doubles.ts';

export interface CatalogOptions {
  /** Absolute paths; one that does not exist is no problem. */
  readonly folders: readonly string[];
  /** The station: files inside are named relative to it. */
  readonly root: string;
  readonly files?: Pick<HostFiles, 'list' | 'stat' | 'read'>;
}

/** A catalog that knows the files' texts, too. */
export interface FileCatalog extends DefinitionCatalog {
  /** The valid definition in one of its files, by the name that problems are told with. */
  written(file: string): Promise<WrittenDefinition | null>;
  dispose(): void;
}

/** Creates the catalog of `<name>.workflow.yaml` (or `.yml`) files right in the folders. */
export const createCatalog = (options: CatalogOptions): FileCatalog => {
  const cache = new Map<string, LoadedFile>();
  let reading: Promise<Snapshot> | null = null;
  let last: Snapshot | null = null;

  /** What is made of the files is made anew only when one of them is another. */
  const look = (): Snapshot => {
    const files = readAll({ files: systemFiles, ...options }, cache);
    const same =
      last?.files.length === files.length && files.every((file, at) => file === last?.files[at]);
    if (last === null || !same) last = snapshotOf(files);
    return last;
  };

  /** Everybody who asks while the folders are being looked at gets the same answer. */
  const snapshot = (): Promise<Snapshot> => {
    reading ??= Promise.resolve()
      .then(look)
      .finally(() => {
        reading = null;
      });
    return reading;
  };

  return {
    async list() {
      const highest = new Map<string, DefinitionEntry>();
      for (const entry of (await snapshot()).entries) {
        const id = entry.definition.id.toLowerCase();
        if (!highest.has(id)) highest.set(id, entry);
      }
      return [...highest.values()].sort((a, b) =>
        a.definition.id < b.definition.id ? -1 : a.definition.id > b.definition.id ? 1 : 0,
      );
    },
    async find(id, version) {
      const wanted = id.toLowerCase();
      const { entries } = await snapshot();
      return (
        entries.find(
          ({ definition }) =>
            definition.id.toLowerCase() === wanted &&
            (version === null || definition.version === version),
        ) ?? null
      );
    },
    async problems() {
      return (await snapshot()).problems;
    },
    async written(name) {
      const found = (await snapshot()).files.find(({ file }) => file === name);
      return found === undefined ? null : writtenIn(found);
    },
    dispose() {
      cache.clear();
      last = null;
    },
  };
};

const writtenIn = ({ file, text, loaded: { definition } }: LoadedFile): WrittenDefinition | null =>
  definition === null ? null : { file, text, definition };

interface Snapshot {
  /** What it was made of. */
  readonly files: readonly LoadedFile[];
  /** Valid definitions, highest version first. */
  readonly entries: readonly DefinitionEntry[];
  readonly problems: readonly FileProblems[];
}

const snapshotOf = (files: readonly LoadedFile[]): Snapshot => {
  const doubles = doublesIn(files);
  const entries = files.flatMap(({ file, loaded }) =>
    loaded.definition === null || doubles.has(file)
      ? []
      : [{ definition: loaded.definition, sha256: loaded.sha256, file }],
  );
  return {
    files,
    entries: entries.sort((a, b) => b.definition.version - a.definition.version),
    problems: files.map(({ file, loaded }) => ({
      file,
      problems: [...loaded.problems, ...(doubles.get(file) ?? [])],
    })),
  };
};
