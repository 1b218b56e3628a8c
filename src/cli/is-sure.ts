import { createInterface } from 'node:readline/promises';

/** Asks a person at the terminal; anything but yes is no. */
export const isSure = async (question: string): Promise<boolean> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/iu.test((await terminal.question(`${question}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
};
