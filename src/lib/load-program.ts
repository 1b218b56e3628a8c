import { errorCode } from './error-code.ts';

/**
 * Loads a program's modules; Node opens them all at once. When the process may not open that many
 * files, says so in a sentence, ends the process and resolves to null.
 */
export const loadProgram = async <T>(load: () => Promise<T>): Promise<T | null> => {
  try {
    return await load();
  } catch (error) {
    if (!OUT_OF_FILES.has(errorCode(error))) throw error;
    process.stderr.write(
      `The program could not be loaded: this process may open too few files (${errorCode(error)}). Allow more, such as ulimit -n 1024, and try again\n`,
    );
    process.exitCode = 1;
    return null;
  }
};

/** Some of Node's look-ups take a file they may not open for one that is not there. */
const OUT_OF_FILES = new Set(['EMFILE', 'ENFILE']);
