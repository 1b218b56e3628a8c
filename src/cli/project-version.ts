import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { projectFolder } from '../lib/project-folder.ts';

/** The version in this package's `package.json`. */
export const projectVersion = async (): Promise<string> => {
  const text = await readFile(join(projectFolder(), 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
};
