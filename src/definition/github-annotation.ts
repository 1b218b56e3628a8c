import type { LocatedDiagnostic } from '../runtime/engine.ts';

/**
 * A problem as GitHub shows it beside the line: a workflow command of GitHub Actions.
 * Source: "Workflow commands for GitHub Actions", setting an error message.
 */
export const githubAnnotation = (problem: LocatedDiagnostic): string => {
  const { file, line, column, endColumn, code, severity, message, hint } = problem;
  const properties = [
    `file=${property(file)}`,
    `line=${line}`,
    `col=${column}`,
    `endColumn=${endColumn}`,
    `title=${property(code)}`,
  ];
  const text = hint === null ? message : `${message} (${hint})`;
  return `::${severity} ${properties.join(',')}::${data(text)}`;
};

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
