/** A catalog of definitions that need not lie in files. */
import { createHash } from 'node:crypto';
import { formatProblem } from '../definition/format-problem.ts';
import { loadDefinition } from '../definition/load.ts';
import type { WorkflowDefinition } from '../engine/definition.ts';
import type { DefinitionCatalog, DefinitionEntry } from '../runtime/engine.ts';

/** The YAML text of a definition, or the definition itself. */
export type DefinitionSource = string | WorkflowDefinition;

/** A definition given to a test cannot be run; the message holds every problem. */
export class TestDefinitionError extends Error {
  override readonly name = 'TestDefinitionError';
  readonly code = 'TEST_DEFINITION';
}

/** A catalog entry of a definition. @throws TestDefinitionError */
export const entryOf = (source: DefinitionSource, name = 'definition'): DefinitionEntry => {
  if (typeof source !== 'string') {
    const file = `${source.id}.workflow.yaml`;
    return { definition: source, sha256: sha256(JSON.stringify(source)), file };
  }
  const { definition, sha256: hash, problems } = loadDefinition(source, name);
  if (definition === null) throw new TestDefinitionError(problems.map(formatProblem).join('\n'));
  return { definition, sha256: hash, file: name };
};

/** The catalog of `entries`; several versions of one id may be among them. */
export const createMemoryCatalog = (entries: readonly DefinitionEntry[]): DefinitionCatalog => {
  const newest = [...entries].sort((a, b) => b.definition.version - a.definition.version);
  const find = (id: string, version: number | null): DefinitionEntry | null =>
    newest.find(
      ({ definition }) =>
        definition.id.toLowerCase() === id.toLowerCase() &&
        (version === null || definition.version === version),
    ) ?? null;
  return {
    list: async () => newest.filter((entry) => find(entry.definition.id, null) === entry),
    find: async (id, version) => find(id, version),
    problems: async () => [],
  };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
