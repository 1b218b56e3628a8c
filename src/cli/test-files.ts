/** Where `workflow test` finds test files, and the definitions they are about. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createCatalog } from '../definition/catalog.ts';
import { errorCode } from '../lib/atomic-file.ts';
import type { DefinitionCatalog } from '../runtime/engine.ts';
import { createMemoryCatalog } from '../testing/memory-catalog.ts';
import type { CliContext } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failure } from './failure.ts';
import type { Failure } from './failure-shape.ts';
import { workflowFolders } from './workflows.ts';

/** The test files that `words` mean; all the station has without any. */
export const filesFor = async (
  context: CliContext,
  words: readonly string[],
): Promise<readonly string[] | Failure> => {
  if (words.length === 0)
    return (await Promise.all((await workflowFolders(context)).map(testsIn))).flat();
  const files: string[] = [];
  for (const word of words) {
    const kind = await kindOf(word);
    if (kind === 'folder') files.push(...(await testsIn(resolve(word))));
    else if (kind === 'file') files.push(word);
    else {
      const named = await filesOfWorkflow(context, word);
      if (named.length === 0) {
        return failure('FILE_NOT_FOUND', `${word} is no file, no folder and no tested workflow`, {
          exit: EXIT.notFound,
          at: word,
          hint: 'workflow test without words runs every test the station has',
        });
      }
      files.push(...named);
    }
  }
  return files;
};

const kindOf = async (path: string): Promise<'file' | 'folder' | null> => {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  return found.isDirectory() ? 'folder' : 'file';
};

const testsIn = async (folder: string): Promise<readonly string[]> => {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /\.test\.ya?ml$/iu.test(name))
    .sort()
    .map((name) => join(folder, name));
};

/** Files whose `workflow:` is this id. */
const filesOfWorkflow = async (context: CliContext, id: string): Promise<readonly string[]> => {
  const all = (await Promise.all((await workflowFolders(context)).map(testsIn))).flat();
  const texts = await Promise.all(all.map((file) => readFile(file, 'utf8')));
  return all.filter((_file, index) => {
    const named = /^workflow:\s*["']?([^\s"'#]+)/mu.exec(texts[index] ?? '')?.[1];
    return named?.toLowerCase() === id.toLowerCase();
  });
};

/** The definitions beside the test file come before the station's. */
export const catalogFor = async (
  file: string,
  station: DefinitionCatalog,
): Promise<DefinitionCatalog> => {
  const folder = dirname(resolve(file));
  const beside = createCatalog({ root: folder, folders: [folder] });
  const near = await beside.list();
  const ids = new Set(near.map(({ definition }) => definition.id.toLowerCase()));
  const far = (await station.list()).filter(
    ({ definition }) => !ids.has(definition.id.toLowerCase()),
  );
  const catalog = createMemoryCatalog([...near, ...far]);
  return {
    ...catalog,
    async find(id, version) {
      const entry = (await beside.find(id, version)) ?? (await catalog.find(id, version));
      return entry ?? station.find(id, version);
    },
    problems: () => beside.problems(),
  };
};
