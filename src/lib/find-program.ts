/** Where a program is that is named as in a shell; nothing is run. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Surroundings in which a program is looked for. */
export interface ProgramSurroundings {
  /** Folder that relative paths start from. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Absolute path of `program`, or null when there is none that may be run. */
export const findProgram = (
  program: string,
  { cwd, environment }: ProgramSurroundings,
): string | null => {
  const named = /[\\/]/.test(program);
  const folders = named ? [''] : (valueOf(environment, 'PATH') ?? '').split(delimiter);
  for (const folder of folders) {
    for (const ending of endingsOf(environment)) {
      const file = join(folder, `${program}${ending}`);
      const path = isAbsolute(file) ? file : join(cwd, file);
      if ((folder !== '' || named) && mayBeRun(path)) return path;
    }
  }
  return null;
};

/** Windows runs `python` as `python.exe`, `python.cmd` and so on, and finds PATH in any case. */
const endingsOf = (environment: ProgramSurroundings['environment']): readonly string[] =>
  process.platform === 'win32'
    ? ['', ...(valueOf(environment, 'PATHEXT') ?? '.EXE;.CMD;.BAT;.COM').split(';')]
    : [''];

const valueOf = (
  environment: ProgramSurroundings['environment'],
  name: string,
): string | undefined =>
  environment[Object.keys(environment).find((key) => key.toUpperCase() === name) ?? name];

const mayBeRun = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
