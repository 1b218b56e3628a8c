import type { CliCommand } from '../cli-command.ts';
import { readInputs } from '../read-inputs.ts';
import { START_OPTIONS, startRun } from '../start-run.ts';
import { openCatalog, unknownWorkflow } from '../workflows.ts';

/** The workflow is read first: its declared inputs say which options there are. */
export const command: CliCommand = {
  options: START_OPTIONS,
  words: { least: 1, most: Number.POSITIVE_INFINITY },
  open: true,
  async run(context) {
    const [workflow = ''] = context.words;
    const catalog = await openCatalog(context);
    const version = /^[1-9]\d{0,8}$/u.exec(context.text('version') ?? '');
    const entry = await catalog.find(workflow, version === null ? null : Number(version[0]));
    if (entry === null) return unknownWorkflow(catalog, workflow);
    const { definition } = entry;
    const input = await readInputs(context, definition);
    if (input.type === 'failure') return input;
    return startRun(context, { workflow: definition.id, version: null, input: input.values });
  },
};
