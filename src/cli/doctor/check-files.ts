import { access, constants, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errorCode } from '../../lib/error-code.ts';
import { layoutOf } from '../../station/layout.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Names shown; more of them have the same cause. */
const SHOWN = 3;

/** Files of the workspace that this user cannot read. */
export const checkFiles = async (root: string): Promise<Finding> => {
  const { workspace } = layoutOf(root);
  const bad: string[] = [];
  const look = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') bad.push(folder);
      return [];
    });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await look(path);
      else if (entry.isFile() && !(await isReadable(path))) bad.push(path);
    }
  };
  await look(workspace);
  if (bad.length === 0) return fine('files', `everything in ${workspace} can be read`);
  const names = bad.slice(0, SHOWN).map((path) => relative(root, path));
  const more = bad.length > SHOWN ? ` and ${bad.length - SHOWN} more` : '';
  const [first = workspace] = bad;
  return wrong(
    'files',
    `cannot be read: ${names.join(', ')}${more}`,
    process.platform === 'win32'
      ? 'give this user full access to the folder'
      : `chmod u+rwX ${first}, or sudo chown -R "$USER" ${workspace} when they are somebody else's`,
  );
};

/** Gone meanwhile is fine. */
const isReadable = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    (error: unknown) => errorCode(error) === 'ENOENT',
  );
