import { readFile } from 'node:fs/promises';
import { formatProblem, problemsReport } from '../../definition/format-problem.ts';
import { loadDefinition } from '../../definition/load.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import type { DefinitionCatalog, FileProblems } from '../../runtime/engine.ts';
import type { Failure } from '../failure-shape.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

/** Files by path, definitions of the station by id, or everything the station has. */
export const command: CliCommand = {
  options: {},
  words: { least: 0, most: Number.POSITIVE_INFINITY },
  async run(context) {
    const { output, words } = context;
    const files: FileProblems[] = [];
    if (words.length === 0) files.push(...(await (await openCatalog(context)).problems()));
    for (const word of words) {
      const found = isPath(word)
        ? await problemsOfFile(word)
        : await problemsOfWorkflow(await openCatalog(context), word);
      if ('exit' in found) return found;
      files.push(found);
    }
    const report = problemsReport(files);
    const errors = report.files.reduce((sum, file) => sum + file.errors, 0);
    const warnings = report.files.reduce((sum, file) => sum + file.warnings, 0);
    if (output.json) output.value(report);
    else {
      output.lines(files.flatMap(({ problems }) => problems.map(formatProblem)));
      const counts = `${files.length} files, ${errors} errors, ${warnings} warnings`;
      output.note(`${errors === 0 ? '✓' : '✗'} ${counts}`);
    }
    return errors === 0 ? EXIT.ok : EXIT.usage;
  },
};

const isPath = (word: string): boolean => /[\\/]|\.ya?ml$/iu.test(word);

const problemsOfFile = async (file: string): Promise<FileProblems | Failure> => {
  try {
    return { file, problems: loadDefinition(await readFile(file, 'utf8'), file).problems };
  } catch (error) {
    return failure('FILE_NOT_FOUND', `${file} cannot be read (${errorCode(error)})`, {
      exit: EXIT.notFound,
      at: file,
    });
  }
};

const problemsOfWorkflow = async (
  catalog: DefinitionCatalog,
  id: string,
): Promise<FileProblems | Failure> => {
  const entry = await catalog.find(id, null);
  const found = (await catalog.problems()).find(
    ({ file }) => file === entry?.file || nameOf(file) === id.toLowerCase(),
  );
  return found ?? unknownWorkflow(catalog, id);
};

/** A file with errors has no id: its name stands for it. */
const nameOf = (file: string): string =>
  (file.split('/').at(-1) ?? '').toLowerCase().replace(/\.workflow\.ya?ml$/u, '');
