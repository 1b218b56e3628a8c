import type { LocatedDiagnostic } from '../runtime/engine.ts';

/** What `workflow validate --json` prints. */
export interface ProblemsReport {
  readonly schema: 'problems/1';
  readonly files: readonly {
    readonly file: string;
    readonly errors: number;
    readonly warnings: number;
    readonly problems: readonly {
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly end_column: number;
      readonly code: string;
      readonly severity: 'error' | 'warning';
      readonly message: string;
      readonly hint: string | null;
    }[];
  }[];
}

/** A problem as one line: `file:line:column  code  message  hint`. */
export const formatProblem = (problem: LocatedDiagnostic): string => {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  const parts = [place, problem.code, `${severity}${problem.message}`, problem.hint ?? ''];
  return parts.filter((part) => part !== '').join('  ');
};

/** The problems of several files in the form of `problems/1`. */
export const problemsReport = (
  files: readonly { readonly file: string; readonly problems: readonly LocatedDiagnostic[] }[],
): ProblemsReport => ({
  schema: 'problems/1',
  files: files.map(({ file, problems }) => ({
    file,
    errors: problems.filter(({ severity }) => severity === 'error').length,
    warnings: problems.filter(({ severity }) => severity === 'warning').length,
    problems: problems.map((problem) => ({
      file: problem.file,
      line: problem.line,
      column: problem.column,
      end_column: problem.endColumn,
      code: problem.code,
      severity: problem.severity,
      message: problem.message,
      hint: problem.hint,
    })),
  })),
});
