import { readFile } from 'node:fs/promises';
import { problemsAcross, type WrittenDefinition } from '../../definition/across.ts';
import type { FileCatalog } from '../../definition/catalog.ts';
import { formatProblem, problemsReport } from '../../definition/format-problem.ts';
import { githubAnnotation } from '../../definition/github-annotation.ts';
import { loadDefinition } from '../../definition/load.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import type { FileProblems } from '../../runtime/engine.ts';
import type { Failure } from '../failure-shape.ts';
import type { CliCommand } from '../cli-command.ts';
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
    const catalog = await openCatalog(context);
    const files: Checked[] = [];
    for (const found of words.length === 0 ? await catalog.problems() : []) {
      files.push(await inCatalog(catalog, found));
    }
    for (const word of words) {
      const found = isPath(word) ? await checkedFile(word) : await checkedWorkflow(catalog, word);
      if ('exit' in found) return found;
      files.push(found);
    }
    const whole = await withAcross(catalog, files);
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

/** A file's own problems and, unless they are errors, what stands in it. */
interface Checked extends FileProblems {
  readonly written: WrittenDefinition | null;
}

const checkedFile = async (file: string): Promise<Checked | Failure> => {
  try {
    const text = await readFile(file, 'utf8');
    const { definition, problems } = loadDefinition(text, file);
    return { file, problems, written: definition === null ? null : { file, text, definition } };
  } catch (error) {
    return failure('FILE_NOT_FOUND', `${file} cannot be read (${errorCode(error)})`, {
      exit: EXIT.notFound,
      at: file,
    });
  }
};

const checkedWorkflow = async (catalog: FileCatalog, id: string): Promise<Checked | Failure> => {
  const entry = await catalog.find(id, null);
  const found = (await catalog.problems()).find(
    ({ file }) => file === entry?.file || nameOf(file) === id.toLowerCase(),
  );
  return found === undefined ? unknownWorkflow(catalog, id) : inCatalog(catalog, found);
};

const inCatalog = async (catalog: FileCatalog, found: FileProblems): Promise<Checked> => ({
  ...found,
  written: await catalog.written(found.file),
});

/** A file with errors has no id: its name stands for it. */
const nameOf = (file: string): string =>
  (file.split('/').at(-1) ?? '').toLowerCase().replace(/\.workflow\.ya?ml$/u, '');

/** What can only be seen with the station's other definitions, and those given, at hand. */
const withAcross = async (
  catalog: FileCatalog,
  files: readonly Checked[],
): Promise<readonly FileProblems[]> => {
  const given = files.flatMap(({ written }) => written?.definition ?? []);
  const known = [...(await catalog.list()).map(({ definition }) => definition), ...given];
  return files.map(({ file, problems, written }) => ({
    file,
    problems: written === null ? problems : [...problems, ...problemsAcross(written, known)],
  }));
};
