import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createStationPaths } from '../../agents/paths.ts';
import { verifyManifest } from '../../agents/receipt/verify-manifest.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const { root } = context.station();
    const [word = ''] = context.words;
    const file = await firstFile([resolve(word), join(root, word)]);
    if (file === null) {
      return failure('FILE_NOT_FOUND', `There is no file ${word}, here or in the station`, {
        exit: EXIT.notFound,
        at: word,
      });
    }
    const paths = createStationPaths({ root, readAccess: null, writeAccess: null });
    const verdict = await verifyManifest(file, paths);
    if (output.json) output.value({ schema: 'manifest-verdict/1', file, ...verdict });
    else {
      output.lines([
        `${verdict.ok ? '✓' : '✗'} ${file}${verdict.problem === null ? `: ${verdict.checked} files checked` : `: ${verdict.problem}`}`,
        ...verdict.changed.map(({ path, why }) => `  ✗ ${path}: ${why}`),
        ...verdict.missing.map((path) => `  ✗ ${path}: missing`),
        ...verdict.extra.map((path) => `  ! ${path}: not in the manifest`),
      ]);
    }
    return verdict.ok ? EXIT.ok : EXIT.failed;
  },
};

const firstFile = async (candidates: readonly string[]): Promise<string | null> => {
  for (const file of candidates) {
    if ((await stat(file).catch(() => null))?.isFile() === true) return file;
  }
  return null;
};
