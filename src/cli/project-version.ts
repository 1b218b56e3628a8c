import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../lib/json.ts';
import { projectFolder } from '../lib/project-folder.ts';

/** The version in this package's `package.json`. @throws Error when there is none. */
export const projectVersion = (): string => {
  const file = join(projectFolder(), 'package.json');
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const version = isJsonObject(content) ? content['version'] : undefined;
  if (typeof version === 'string') return version;
  throw new Error(`${file} names no version: install the package again`);
};
