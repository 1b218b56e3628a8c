import type { Line } from '../../chat/port.ts';
import type { WorkflowDefinition } from '../../engine/definition.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 0, most: 1 },
  async run(context) {
    const { output } = context;
    const catalog = await openCatalog(context);
    const [id] = context.words;
    if (id === undefined) {
      const entries = await catalog.list();
      if (output.json) {
        const workflows = entries.map(({ definition, sha256, file }) => ({
          id: definition.id,
          version: definition.version,
          name: definition.name,
          description: definition.description,
          sha256,
          file,
        }));
        output.value({ schema: 'workflows/1', workflows });
      } else output.lines(entries.map(({ definition }) => headOf(definition)));
      return EXIT.ok;
    }
    const entry = await catalog.find(id, null);
    if (entry === null) return unknownWorkflow(catalog, id);
    const { definition, sha256, file } = entry;
    if (output.json) output.value({ schema: 'workflow/1', sha256, file, ...definition });
    else output.lines(linesOf(definition, file));
    return EXIT.ok;
  },
};

const headOf = ({ id, version, name }: WorkflowDefinition): string => `${id} v${version} · ${name}`;

const linesOf = (definition: WorkflowDefinition, file: string): readonly (string | Line)[] => {
  const width = Math.max(0, ...definition.input.map(({ name }) => name.length)) + 2;
  const example = definition.input
    .filter(({ required }) => required)
    .map(({ name }) => ` ${name}=…`);
  return [
    headOf(definition),
    ...(definition.description === null ? [] : [definition.description.trim()]),
    `file   ${file}`,
    ...(definition.input.length === 0 ? [] : ['inputs']),
    ...definition.input.map((input) => {
      const facts = [
        input.type ?? 'any',
        input.required ? 'required' : `default ${JSON.stringify(input.default)}`,
        ...(input.enum === null ? [] : [`one of ${input.enum.map(String).join(', ')}`]),
      ].join(', ');
      const what = input.description === null ? '' : `: ${input.description.trim()}`;
      return `  ${input.name.padEnd(width)}${facts}${what}`;
    }),
    'tasks',
    ...definition.tasks.map(({ id, type, name }) => `  ${id} (${type}) ${name}`),
    `start  workflow start ${definition.id}${example.join('')}`,
  ];
};
