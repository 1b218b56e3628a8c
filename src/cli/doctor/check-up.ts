/** Everything a station needs, looked at one by one; nothing is changed. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { projectFolder } from '../../compose/project-folder.ts';
import type { Config } from '../../config.ts';
import { createCatalog } from '../../definition/catalog.ts';
import { nodeTooOld } from '../../lib/node-version.ts';
import { layoutOf } from '../../station/layout.ts';
import { readSettings } from '../../station/settings.ts';
import { checkAgents } from './check-agents.ts';
import { checkFolder } from './check-folder.ts';
import { checkLock } from './check-lock.ts';
import { fine, wrong, type Finding } from './finding.ts';

export const checkUp = async (root: string, config: Config): Promise<readonly Finding[]> => [
  checkNode(),
  ...(await checkFolder(root)),
  await checkLock(root),
  ...(await checkSettings(root)),
  ...(await checkAgents(root)),
  await checkPowerShell(),
  config.discord === null
    ? fine(
        'Discord',
        'no token: the chat is the console',
        'put DISCORD_TOKEN into .env to use Discord',
      )
    : fine('Discord', 'a token is set'),
];

const checkNode = (): Finding => {
  const old = nodeTooOld(process.version);
  return old === null ? fine('Node', process.version) : wrong('Node', process.version, old);
};

/** Settings, and the definitions in the folders they name. */
const checkSettings = async (root: string): Promise<readonly Finding[]> => {
  const layout = layoutOf(root);
  let folders: readonly string[] = [];
  let settings = fine('settings', layout.settings);
  try {
    folders = (await readSettings(layout.settings)).workflow_folders;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    settings = wrong('settings', message, `mend ${layout.settings}`);
  }
  const catalog = createCatalog({
    root,
    folders: [
      join(projectFolder(), 'workflows'),
      layout.workflows,
      ...folders.map((folder) => join(root, folder)),
    ],
  });
  const broken = (await catalog.problems()).filter(({ problems }) =>
    problems.some(({ severity }) => severity === 'error'),
  );
  const valid = `${(await catalog.list()).length} valid`;
  const names = broken.map(({ file }) => file).join(', ');
  return [
    settings,
    broken.length === 0
      ? fine('workflows', valid)
      : wrong('workflows', `${valid}, errors in ${names}`, 'workflow validate shows them'),
  ];
};

/** Only looked for, never run: starting it takes seconds on a slow machine. */
const checkPowerShell = async (): Promise<Finding> => {
  const names = process.platform === 'win32' ? ['pwsh.exe', 'powershell.exe'] : ['pwsh'];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      const path = join(folder, name);
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      if (isThere) return fine('PowerShell', path);
    }
  }
  return fine(
    'PowerShell',
    'not found; only PowerShell agents need it',
    'install PowerShell 7 (pwsh) to use them',
  );
};
