/** Everything a station needs, looked at one by one; nothing is changed. */
import { join } from 'node:path';
import { findPowerShell } from '../../agents/process/powershell-agent.ts';
import { projectFolder } from '../../lib/project-folder.ts';
import type { Config } from '../../config.ts';
import { createCatalog } from '../../definition/catalog.ts';
import { nodeTooOld } from '../../lib/node-version.ts';
import { layoutOf } from '../../station/layout.ts';
import { readSettings } from '../../station/settings.ts';
import { findRepairs } from '../repair/find-repairs.ts';
import { checkAgents } from './check-agents.ts';
import { checkDiscord } from './check-discord.ts';
import { checkDisk } from './check-disk.ts';
import { checkFiles } from './check-files.ts';
import { checkFolder } from './check-folder.ts';
import { checkJournal } from './check-journal.ts';
import { checkLock } from './check-lock.ts';
import { errorMessage } from '../../lib/error-code.ts';
import { fine, wrong, type Finding } from './finding.ts';

export const checkUp = async (root: string, config: Config): Promise<readonly Finding[]> => [
  checkNode(),
  ...(await checkFolder(root)),
  await checkDisk(root),
  await checkFiles(root),
  await checkLock(root),
  ...(await checkJournal(root)),
  ...(await checkRepairs(root)),
  ...(await checkSettings(root)),
  ...(await checkAgents(root)),
  checkPowerShell(),
  await checkDiscord(config),
];

/** Everything that `repair` would mend. */
const checkRepairs = async (root: string): Promise<readonly Finding[]> => {
  try {
    const { repairs } = await findRepairs(root, false);
    return repairs.map(({ name, detail }) =>
      wrong(name, detail, 'workflow repair shows it and workflow repair --yes does it'),
    );
  } catch (error) {
    return [wrong('repairs', errorMessage(error), 'mend what stands in the way and look again')];
  }
};

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
    settings = wrong('settings', errorMessage(error), `mend ${layout.settings}`);
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
const checkPowerShell = (): Finding => {
  const path = findPowerShell(process.env);
  if (path !== null) return fine('PowerShell', path);
  return fine(
    'PowerShell',
    'not found; only PowerShell agents need it',
    'install PowerShell 7 (pwsh) to use them',
  );
};
