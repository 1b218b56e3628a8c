/** A program that could not be started, and what a person can do about it. */
import { errorMessage } from '../../lib/error-code.ts';

/** Why there is no process. */
export interface NotStarted {
  readonly type: 'not-started';
  readonly code: string;
  readonly message: string;
}

/** What `spawn` threw or reported. */
export const notStarted = (error: unknown): NotStarted => ({
  type: 'not-started',
  code:
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '',
  message: errorMessage(error),
});

/** One sentence for people; `program` as it stands under agents.`agent` in agents.yaml. */
export const startMessage = (
  end: NotStarted,
  program: string,
  entry: { readonly name: string; readonly cwd: string | null },
): string => {
  const place = `agents.${entry.name}.command in .3ox/agents.yaml`;
  if (end.code === 'ENOENT') {
    return `${program} was not found (or its folder ${entry.cwd ?? '.'} was not); install it or correct ${place}`;
  }
  if (end.code === 'EACCES')
    return `${program} may not be run; make it executable or correct ${place}`;
  if (end.code === 'EINVAL') {
    return `${program} is a script that Windows runs only through cmd; write [cmd, /c, ${program}] in ${place}`;
  }
  return `${program} could not be started (${end.message}); see ${place}`;
};
