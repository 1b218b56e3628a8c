import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { suggest } from '../../../grammar/suggest.ts';
import { inventoryAgents } from '../../agents/inventory/index.ts';
import { addToRegistry } from '../../agents/registry-edit.ts';
import { readRegistry } from '../../agents/registry.ts';
import { isName } from '../../engine/ids.ts';
import { errorCode, writeFileAtomic } from '../../lib/atomic-file.ts';
import { layoutOf } from '../../station/layout.ts';
import { newAgent, TEMPLATE_KINDS } from '../agent-template.ts';
import type { NewAgent } from '../agent-template.ts';
import type { CliCommand, CliContext } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Failure } from '../failure-shape.ts';
import { failure } from '../failure.ts';

/** Writes an agent that works, and its entry; never over anything that is there. */
export const command: CliCommand = {
  options: { kind: { type: 'string' } },
  words: { least: 1, most: 1 },
  async run(context) {
    const [name = ''] = context.words;
    const said = context.text('kind');
    const kind = TEMPLATE_KINDS.find((known) => known === said);
    if (kind === undefined) return wrongKind(said);
    if (!isName(name)) {
      const hint =
        'an agent name has letters, digits, dot, dash and underscore, such as SCAN_AGENT';
      return failure('AGENT_NAME', `${name} is no name for an agent`, { at: name, hint });
    }
    const { root } = context.station();
    const { agents: registry } = layoutOf(root);
    if (inventoryAgents.some((agent) => agent.name === name)) {
      const hint = 'another name, or an entry of kind command or powershell under this one by hand';
      return failure('AGENT_EXISTS', `${name} is a built-in agent`, { at: name, hint });
    }
    if ((await readRegistry(registry)).has(name)) {
      const hint = `choose another name, or remove agents.${name} first`;
      return failure('AGENT_EXISTS', `${registry} has ${name} already`, { at: name, hint });
    }
    const agent = await newAgent(name, kind);
    const refused = await write(root, registry, name, agent);
    return refused ?? tell(context, { root, name, kind, agent });
  },
};

const wrongKind = (said: string | null): Failure => {
  const known = TEMPLATE_KINDS.join(', ');
  if (said === null) {
    const hint = `--kind ${TEMPLATE_KINDS.join(' | ')}`;
    return failure('OPTION_VALUE', 'What is the agent to be written in?', { at: '--kind', hint });
  }
  const [near] = suggest(said, TEMPLATE_KINDS);
  const hint = near === undefined ? `known are ${known}` : `did you mean ${near}?`;
  return failure('OPTION_VALUE', `There is no kind ${said}`, { at: '--kind', hint });
};

/** The script first: an entry without its script would be an agent that fails. */
const write = async (
  root: string,
  registry: string,
  name: string,
  { path, text, entry }: NewAgent,
): Promise<Failure | null> => {
  const before = await readFile(registry, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  });
  const after = addToRegistry(before, name, entry);
  if (after === null) {
    return failure('REGISTRY_FORM', `${registry} is written in a way that only you can add to`, {
      at: registry,
      hint: ['put this below agents: and run the command again:', ...entry].join('\n'),
    });
  }
  const script = join(root, ...path.split('/'));
  await mkdir(dirname(script), { recursive: true });
  try {
    await writeFile(script, text, { flag: 'wx' });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    const hint = 'choose another name, or move the file away';
    return failure('FILE_EXISTS', `${script} is there already`, { at: script, hint });
  }
  try {
    await writeFileAtomic(registry, after);
  } catch (error) {
    await unlink(script);
    throw error;
  }
  return null;
};

const tell = (
  { output }: CliContext,
  made: {
    readonly root: string;
    readonly name: string;
    readonly kind: string;
    readonly agent: NewAgent;
  },
): number => {
  const { root, name, kind, agent } = made;
  const next = [
    `in ${root}, without the bridge: ${agent.tryIt}`,
    `put your work into it, and its name into a task of a definition: assigned_to: ${name}`,
    'start the bridge again (npm start or workflow serve): it reads agents.yaml when it starts',
  ];
  if (output.json) {
    output.value({
      schema: 'agent-new/1',
      agent: name,
      kind,
      script: agent.path,
      registry: '.3ox/agents.yaml',
      needs: agent.needs,
      next,
    });
    return EXIT.ok;
  }
  output.lines([
    `✓ ${agent.path} is written; it needs ${agent.needs}`,
    `✓ ${name} is in .3ox/agents.yaml`,
    ...next.map((step) => `  → ${step}`),
  ]);
  return EXIT.ok;
};
