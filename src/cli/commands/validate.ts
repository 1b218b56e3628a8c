import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { problemsAcross } from '../../definition/across.ts';
import { formatProblem, problemsReport } from '../../definition/format-problem.ts';
import { githubAnnotation } from '../../definition/github-annotation.ts';
import { loadDefinition } from '../../definition/load.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import type { DefinitionCatalog, FileProblems } from '../../runtime/engine.ts';
import type { Failure } from '../failure-shape.ts';
import { projectFolder } from '../../lib/project-folder.ts';
import type { CliCommand, CliContext } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

/** Files by path, definitions of the station by id, or everything the station has. */
export const command: CliCommand = {
  options: { format: { type: 'string' } },
  words: { least: 0, most: Number.POSITIVE_INFINITY },
  async run(context) {
    const { output, words } = context;
    const format = context.text('format') ?? 'text';
    if (format !== 'text' && format !== 'github') {
      return failure('OPTION_VALUE', `--format ${format} does not exist`, {
        at: '--format',
        hint: 'use text or github; --json prints problems/1',
      });
    }
    const files: FileProblems[] = [];
    if (words.length === 0) files.push(...(await (await openCatalog(context)).problems()));
    for (const word of words) {
      const found = isPath(word)
        ? await problemsOfFile(word)
        : await problemsOfWorkflow(await openCatalog(context), word);
      if ('exit' in found) return found;
      files.push(found);
    }
    const whole = await withAcross(context, files);
    const report = problemsReport(whole);
    const errors = report.files.reduce((sum, file) => sum + file.errors, 0);
    const warnings = report.files.reduce((sum, file) => sum + file.warnings, 0);
    if (output.json) output.value(report);
    else {
      const show = format === 'github' ? githubAnnotation : formatProblem;
      output.lines(whole.flatMap(({ problems }) => problems.map((problem) => show(problem))));
      const counts = `${whole.length} files, ${errors} errors, ${warnings} warnings`;
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

/** What can only be seen with the station's other definitions, and those given, at hand. */
const withAcross = async (
  context: CliContext,
  files: readonly FileProblems[],
): Promise<readonly FileProblems[]> => {
  const catalog = await openCatalog(context);
  const { root } = context.station();
  const read = await Promise.all(
    files.map(async ({ file }) => {
      const text = await textOf([file, resolve(root, file), resolve(projectFolder(), file)]);
      const definition = text === null ? null : loadDefinition(text, file).definition;
      return text === null || definition === null ? null : { file, text, definition };
    }),
  );
  const given = read.flatMap((one) => (one === null ? [] : [one.definition]));
  const known = [...(await catalog.list()).map(({ definition }) => definition), ...given];
  return files.map((one, index) => {
    const written = read[index] ?? null;
    if (written === null) return one;
    return { ...one, problems: [...one.problems, ...problemsAcross(written, known)] };
  });
};

/** The first of the paths that can be read; a file that was found wrong before has no text. */
const textOf = async (paths: readonly string[]): Promise<string | null> => {
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return text;
  }
  return null;
};
