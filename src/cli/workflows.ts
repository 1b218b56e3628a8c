/** The definitions a station knows, without an engine. */
import { join } from 'node:path';
import { suggest } from '../../grammar/suggest.ts';
import { projectFolder } from '../lib/project-folder.ts';
import { createCatalog, type FileCatalog } from '../definition/catalog.ts';
import type { DefinitionCatalog } from '../runtime/engine.ts';
import { layoutOf } from '../station/layout.ts';
import { readSettings } from '../station/settings.ts';
import type { Failure } from './failure-shape.ts';
import type { CliContext } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failure } from './failure.ts';

/** The same folders as the engine's, and `more`. @throws SettingsError */
export const openCatalog = async (
  context: CliContext,
  more: readonly string[] = [],
): Promise<FileCatalog> => {
  const { root } = context.station();
  return createCatalog({ root, folders: [...(await workflowFolders(context)), ...more] });
};

/** Where the station's definitions lie: absolute paths, whether they exist or not. @throws SettingsError */
export const workflowFolders = async (context: CliContext): Promise<readonly string[]> => {
  const { root } = context.station();
  const layout = layoutOf(root);
  const settings = await readSettings(layout.settings);
  return [
    join(projectFolder(), 'workflows'),
    layout.workflows,
    ...settings.workflow_folders.map((folder) => join(root, folder)),
  ];
};

/** No workflow is called `id`; or one is, and its file is wrong. */
export const unknownWorkflow = async (catalog: DefinitionCatalog, id: string): Promise<Failure> => {
  const known = (await catalog.list()).map(({ definition }) => definition.id);
  const [near] = suggest(id, known);
  const broken = (await catalog.problems()).filter(({ problems }) =>
    problems.some(({ severity }) => severity === 'error'),
  );
  const aside =
    broken.length === 0 ? '' : `; ${broken.length} files have errors (workflow validate)`;
  return failure('WORKFLOW_UNKNOWN', `No workflow is called ${id}`, {
    exit: EXIT.notFound,
    at: id,
    hint:
      near === undefined
        ? `known are ${known.length === 0 ? 'none' : known.join(', ')}${aside}`
        : `did you mean ${near}?`,
  });
};
