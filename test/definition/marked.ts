import { loadDefinition } from '../../src/definition/load.ts';
import type { LoadedDefinition } from '../../src/definition/load.ts';

const MARK = '‸';

/** A text whose marks say where problems are expected, as `line:column`, in order. */
export const unmark = (
  marked: string,
): { readonly text: string; readonly places: readonly string[] } => {
  const places = marked.split('\n').flatMap((line, index) => {
    const columns: string[] = [];
    let seen = 0;
    for (let at = line.indexOf(MARK); at !== -1; at = line.indexOf(MARK, at + 1)) {
      columns.push(`${index + 1}:${at + 1 - seen}`);
      seen += 1;
    }
    return columns;
  });
  return { text: marked.replaceAll(MARK, ''), places };
};

export const loadText = (text: string): LoadedDefinition => loadDefinition(text, 'a.workflow.yaml');

/** `line:column code` of every problem. */
export const placesOf = ({ problems }: LoadedDefinition): readonly string[] =>
  problems.map(({ line, column, code }) => `${line}:${column} ${code}`);

/** A workflow whose header earns no warning. */
export const workflow = (body: string): string =>
  `workflow:\n  id: w\n  name: W\n  version: 1\n${body}`;

/** The same with one task, `a`, that an agent does; `keys` are more keys of it. */
export const oneTask = (keys: string): string =>
  workflow(`  tasks:\n    - id: a\n      assigned_to: A\n${keys}`);

/** Tasks of `body`, each line indented as it stands. */
export const tasks = (body: string): string => workflow(`  tasks:\n${body}`);

export const definitionOf = (text: string) => {
  const { definition, problems } = loadText(text);
  if (definition === null) throw new Error(problems.map(({ message }) => message).join('\n'));
  return definition;
};
