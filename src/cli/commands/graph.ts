import { readFile } from 'node:fs/promises';
import { formatProblem } from '../../definition/format-problem.ts';
import { graphAscii, graphMermaid } from '../../definition/graph.ts';
import { loadDefinition } from '../../definition/load.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import type { Failure } from '../failure-shape.ts';
import type { CliCommand, CliContext } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

export const command: CliCommand = {
  options: { mermaid: { type: 'boolean' }, ascii: { type: 'boolean' } },
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const found = await definitionOf(context, context.words[0] ?? '');
    if (found.type === 'failure') return found;
    const { definition } = found;
    const text = context.flag('mermaid') ? graphMermaid(definition) : graphAscii(definition);
    if (output.json) output.value({ schema: 'graph/1', workflow: definition.id, graph: text });
    else output.raw(text);
    return EXIT.ok;
  },
};

type Found = { readonly type: 'definition'; readonly definition: WorkflowDefinition } | Failure;

/** By id, or the one in a file. */
const definitionOf = async (context: CliContext, word: string): Promise<Found> => {
  if (!/[\\/]|\.ya?ml$/iu.test(word)) {
    const catalog = await openCatalog(context);
    const entry = await catalog.find(word, null);
    return entry === null
      ? unknownWorkflow(catalog, word)
      : { type: 'definition', definition: entry.definition };
  }
  const text = await readFile(word, 'utf8').catch((error: unknown) => ({ code: errorCode(error) }));
  if (typeof text !== 'string') {
    return failure('FILE_NOT_FOUND', `${word} cannot be read (${text.code})`, {
      exit: EXIT.notFound,
      at: word,
    });
  }
  const { definition, problems } = loadDefinition(text, word);
  return definition === null
    ? failure('DEFINITION_INVALID', problems.map(formatProblem).join('\n'), { at: word })
    : { type: 'definition', definition };
};
