import { readFile } from 'node:fs/promises';
import { mergeReports, testFile, type TestReport } from '../../testing/run-file.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { catalogFor, filesFor } from '../test-files.ts';
import { openCatalog } from '../workflows.ts';

/** Test files by path, those in a folder, those of a workflow, or all the station has. */
export const command: CliCommand = {
  options: {},
  words: { least: 0, most: Number.POSITIVE_INFINITY },
  async run(context) {
    const { output, words } = context;
    // 1. Which files.
    const found = await filesFor(context, words);
    if ('exit' in found) return found;
    if (found.length === 0) {
      return failure('NO_TESTS', 'There is no *.test.yaml file to run', {
        exit: EXIT.notFound,
        hint: 'write <name>.test.yaml beside the definition',
      });
    }
    // 2. Every case; a file that cannot be used does not keep the others from running.
    const station = await openCatalog(context);
    const reports: TestReport[] = [];
    const wrong: string[] = [];
    for (const file of found) {
      const text = await readFile(file, 'utf8');
      const tested = await testFile(text, file, await catalogFor(file, station));
      if (tested.type === 'wrong') wrong.push(...tested.problems);
      else reports.push(tested.report);
    }
    // 3. What came of it.
    if (wrong.length > 0) return failure('TEST_FILE_INVALID', wrong.join('\n'), { hint: null });
    const merged = mergeReports(reports);
    if (output.json) output.value(merged);
    else output.lines(reports.flatMap(linesOf));
    const failed = merged.cases.filter(({ ok }) => !ok).length;
    const { taken, all } = merged.branches;
    output.note(
      `${failed === 0 ? '✓' : '✗'} ${merged.cases.length} cases, ${failed} failed; ${taken} of ${all} branches taken`,
    );
    return failed === 0 ? EXIT.ok : EXIT.failed;
  },
};

const linesOf = ({ file, workflow, cases, branches }: TestReport): readonly string[] => [
  `${workflow} (${file})`,
  ...cases.flatMap(({ name, ok, problems }) => [
    `  ${ok ? '✓' : '✗'} ${name}`,
    ...problems.map((problem) => `      ${problem}`),
  ]),
  ...(branches.missed.length === 0 ? [] : [`  ! no case took ${branches.missed.join(', ')}`]),
];
