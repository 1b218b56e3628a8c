/** A file of cases run against the definitions of a catalog. */
import { formatProblem } from '../definition/format-problem.ts';
import type { DefinitionCatalog, DefinitionEntry } from '../runtime/engine.ts';
import { branchesOf, takenBy } from './branches.ts';
import { parseCases, type CaseFile, type TestCase } from './case-file.ts';
import { judge } from './judge.ts';
import { CaseError, playCase } from './run-case.ts';

/** What came of one file. */
export interface TestReport {
  readonly file: string;
  readonly workflow: string;
  readonly cases: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly problems: readonly string[];
  }[];
  /** How many branches of the definition's decisions some case took, and which none did. */
  readonly branches: {
    readonly taken: number;
    readonly all: number;
    readonly missed: readonly string[];
  };
}

/** A report, or why the file cannot be run. */
export type FileTested =
  | { readonly type: 'tested'; readonly report: TestReport }
  | { readonly type: 'wrong'; readonly problems: readonly string[] };

/** Runs every case of the text of a test file; `file` is its name for messages. */
export const testFile = async (
  text: string,
  file: string,
  catalog: DefinitionCatalog,
): Promise<FileTested> => {
  const read = parseCases(text, file);
  if (read.type === 'wrong') return read;
  const { workflow, version = null } = read.cases;
  const entry = await catalog.find(workflow, version);
  if (entry === null) return { type: 'wrong', problems: await whyUnknown(file, workflow, catalog) };
  const entries = await catalog.list();
  const all = branchesOf(entry.definition);
  const taken = new Set<string>();
  const cases = [];
  for (const test of read.cases.cases) {
    const { problems, branches } = await testOne(test, read.cases, withEntry(entries, entry));
    for (const branch of branches) taken.add(branch);
    cases.push({ name: test.name, ok: problems.length === 0, problems });
  }
  const missed = all.filter((branch) => !taken.has(branch));
  return {
    type: 'tested',
    report: {
      file,
      workflow: entry.definition.id,
      cases,
      branches: { taken: all.length - missed.length, all: all.length, missed },
    },
  };
};

/** Several reports as one: every case with its file, the branches counted together. */
export const mergeReports = (reports: readonly TestReport[]) => ({
  schema: 'tests/1' as const,
  cases: reports.flatMap(({ file, workflow, cases }) =>
    cases.map((test) => ({ ...test, workflow, file })),
  ),
  branches: {
    taken: reports.reduce((sum, { branches }) => sum + branches.taken, 0),
    all: reports.reduce((sum, { branches }) => sum + branches.all, 0),
    missed: reports.flatMap(({ workflow, branches }) =>
      branches.missed.map((branch) => `${workflow}: ${branch}`),
    ),
  },
});

/** No workflow is called so; the errors of definitions beside it are the likeliest reason. */
const whyUnknown = async (
  file: string,
  workflow: string,
  catalog: DefinitionCatalog,
): Promise<readonly string[]> => {
  const known = (await catalog.list()).map(({ definition }) => definition.id).join(', ');
  const broken = (await catalog.problems())
    .flatMap(({ problems }) => problems)
    .filter(({ severity }) => severity === 'error');
  return [
    `${file}: no valid workflow is called ${workflow}; known are ${known === '' ? 'none' : known}`,
    ...broken.map(formatProblem),
  ];
};

/** The version under test beside the newest of every definition. */
const withEntry = (
  entries: readonly DefinitionEntry[],
  entry: DefinitionEntry,
): readonly DefinitionEntry[] => [entry, ...entries.filter((other) => other !== entry)];

const testOne = async (
  test: TestCase,
  cases: CaseFile,
  entries: readonly DefinitionEntry[],
): Promise<{ readonly problems: readonly string[]; readonly branches: readonly string[] }> => {
  try {
    const played = await playCase(test, cases, entries);
    const problems = judge(played, test.expect);
    return { problems, branches: played.type === 'ran' ? takenBy(played.run) : [] };
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    return { problems: [error.message], branches: [] };
  }
};
