import { join } from 'node:path';
import { projectFolder } from './project-folder.ts';

/** A program or a thread of this package that is started by its file. */
export interface OwnProgram {
  readonly file: string;
  /** It is TypeScript: whoever starts it gives it a loader. */
  readonly isSource: boolean;
}

/**
 * Where `name` (`src/agents/host/main`) lies: in the build when this is built, else in the source.
 * The build makes each of them a file of its own (`scripts/build.ts`), threads as CommonJS.
 */
export const ownProgram = (name: string, built: 'js' | 'cjs' = 'js'): OwnProgram => {
  const isSource = import.meta.url.endsWith('.ts');
  const file = isSource ? [`${name}.ts`] : ['dist', `${name}.${built}`];
  return { file: join(projectFolder(), ...file), isSource };
};
