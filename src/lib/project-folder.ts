import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder this package is installed in: the nearest one upwards with its `workflows` and `package.json`. */
export const projectFolder = (): string => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'workflows'))) {
      return folder;
    }
    if (dirname(folder) === folder) {
      throw new Error(
        'The installation is incomplete: no folder above it has package.json and workflows',
      );
    }
  }
};
