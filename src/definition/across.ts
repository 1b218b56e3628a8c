/** What can only be seen with other definitions at hand: names that lead nowhere, or in a circle. */
import { suggest } from '../../grammar/suggest.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import { allTasks } from '../engine/plan.ts';
import type { LocatedDiagnostic } from '../runtime/engine.ts';
import { createReport } from './report.ts';
import { parseYaml } from './yaml/parse.ts';
import { entryOf, scalarsOf } from './yaml/tree.ts';

/** A definition with the file it was read from. */
export interface WrittenDefinition {
  readonly file: string;
  readonly text: string;
  readonly definition: WorkflowDefinition;
}

/** Problems of `one` that follow from what `known` holds. */
export const problemsAcross = (
  { file, text, definition }: WrittenDefinition,
  known: readonly WorkflowDefinition[],
): readonly LocatedDiagnostic[] => {
  const report = createReport(text, file);
  const { root } = parseYaml(text);
  const workflow = root === null ? null : (entryOf(root, 'workflow')?.value ?? null);
  const byId = new Map([...known, definition].map((other) => [other.id.toLowerCase(), other]));
  const placeOf = (name: string) =>
    scalarsOf(workflow).find(({ value }) => value === name)?.span ?? { start: 0, end: 0 };
  const mustExist = (name: string, what: string): void => {
    if (name.includes('${') || byId.has(name.toLowerCase())) return;
    const ids = [...byId.values()].map(({ id }) => id);
    const [near] = suggest(name, ids);
    report.add('DEF520', placeOf(name), `${what} ${name} is not known here`, {
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
      expected: suggest(name, ids, 3),
    });
  };

  for (const task of allTasks(definition)) {
    if (task.type === 'SUB_WORKFLOW') mustExist(task.workflow, `the workflow of ${task.id},`);
  }
  const failure = failureOf(definition);
  if (failure !== null) {
    mustExist(failure, 'the failure workflow');
    const round = circle(definition, byId);
    if (round !== null) {
      report.add('DEF521', placeOf(failure), `the failure workflows lead back here: ${round}`);
    }
  }
  return report.problems();
};

const failureOf = ({ failureWorkflow }: WorkflowDefinition): string | null =>
  failureWorkflow?.kind === 'definition' ? failureWorkflow.id : null;

/** `a -> b -> a`, or null. */
const circle = (
  start: WorkflowDefinition,
  byId: ReadonlyMap<string, WorkflowDefinition>,
): string | null => {
  const way = [start.id];
  for (let at: WorkflowDefinition | undefined = start; at !== undefined;) {
    const next: string | null = failureOf(at);
    if (next === null) return null;
    way.push(next);
    if (next.toLowerCase() === start.id.toLowerCase()) return way.join(' -> ');
    if (way.length > byId.size + 1) return null;
    at = byId.get(next.toLowerCase());
  }
  return null;
};
