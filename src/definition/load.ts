/**
 * A definition file to what the engine runs, or to everything that is wrong with it.
 *
 * What the engine may rely on in a definition without errors:
 * - ids are legal file names, different without regard to case, none reserved;
 * - every task in `dependsOn`, `parallelWith`, `branches`, `cases` and `defaultCase` exists;
 *   only a HUMAN task's `onTimeout.nextTask` may name one that does not;
 * - `dependsOn` is as written, without repetition: the edges from a FORK to its branches and
 *   from a router (a DECISION, or a HUMAN task's timeout) to what it routes to are not in it,
 *   and together with them there is no circle;
 * - a case without a condition has a parameter to compare with; a JOIN has dependencies, and
 *   its number is not larger than theirs; a FORK has branches;
 * - `onTimeout.action` is one of the options as they are spelt there, or one of the actions;
 * - functions, checks, alert actions and failure steps exist; templates and conditions parse.
 */
import { createHash } from 'node:crypto';
import type { WorkflowDefinition } from '../engine/definition.ts';
import type { LocatedDiagnostic } from '../runtime/engine.ts';
import { checkSheet } from './check.ts';
import { convertWorkflow } from './convert/workflow.ts';
import { createReport, type Report } from './report.ts';
import { readShape } from './shape.ts';
import { warnOfMisspeltKeys } from './unknown-keys.ts';
import { parseYaml } from './yaml/parse.ts';
import { entryOf } from './yaml/tree.ts';

export interface LoadedDefinition {
  /** null when there are errors. */
  readonly definition: WorkflowDefinition | null;
  /** SHA-256 of the text's bytes (UTF-8), hex. */
  readonly sha256: string;
  /** By place in the file. */
  readonly problems: readonly LocatedDiagnostic[];
}

/** Reads the text of a definition file; `file` is the name problems carry. Never throws. */
export const loadDefinition = (text: string, file: string): LoadedDefinition => {
  const report = createReport(text, file);
  const definition = read(text, report);
  const problems = report.problems();
  const failed = problems.some(({ severity }) => severity === 'error');
  return {
    definition: failed ? null : definition,
    sha256: createHash('sha256').update(text).digest('hex'),
    problems,
  };
};

const read = (text: string, report: Report): WorkflowDefinition | null => {
  const { root, problems } = parseYaml(text);
  for (const { code, span, message } of problems) report.add(code, span, message);
  if (root === null) {
    if (problems.length === 0) {
      report.add('DEF008', { start: 0, end: 0 }, 'The file holds no workflow');
    }
    return null;
  }
  const workflow = entryOf(root, 'workflow');
  if (workflow === null || workflow.value.type !== 'map') {
    const span = workflow?.keySpan ?? root.span;
    report.add('DEF008', span, 'The file has no map under the key workflow');
    return null;
  }
  warnOfMisspeltKeys(root, report);
  const shape = readShape(workflow.value, workflow.keySpan, report);
  if (shape === null) return null;
  const sheet = convertWorkflow(shape, workflow.keySpan, report);
  checkSheet(sheet);
  return sheet.definition;
};
