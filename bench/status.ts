/** `workflow status` from nothing, beside a bare Node that does nothing. */
import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectFolder } from '../src/lib/project-folder.ts';
import { shown, table, type Figure } from './lib/figure.ts';
import { interleaved, ratios } from './lib/rounds.ts';
import { inScratch } from './lib/scratch.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const rounds = Number(args[0] ?? 20);
  const project = projectFolder();
  const program = join(project, 'dist', 'src', 'cli', 'main.js');
  return inScratch(async (station) => {
    await cp(join(project, 'examples', 'station'), station, { recursive: true });
    const timed =
      (...words: readonly string[]) =>
      async () => {
        const begun = performance.now();
        await promisify(execFile)(process.execPath, words);
        return performance.now() - begun;
      };
    const { bare, status } = await interleaved(
      rounds,
      { bare: timed('-e', '0'), status: timed(program, 'status', '-C', station) },
      2,
    );
    console.log(
      table([
        ['program', 'ms'],
        ['node -e 0', shown(bare)],
        ['workflow status', shown(status)],
      ]),
    );
    return [
      {
        quantity: '`workflow status` cold',
        comparedWith: 'bare `node -e 0`',
        reach: { atMost: 1.4 },
        values: ratios(status, bare),
        unit: 'x',
      },
    ];
  });
};
