import type { Command, ReplyLine } from './command.ts';

/** `list`: the workflows the person may start. `list runs` is `status` of everything. */
export const list: Command = {
  verb: 'list',
  summary: 'lists the workflows you may start',
  usage: 'list [runs]',
  async run({ line, engine, identity }) {
    if (line.words[0]?.text.toLowerCase() === 'runs') {
      return { type: 'runs', heading: 'Latest runs', runs: await engine.list({ limit: 15 }) };
    }
    const lines: ReplyLine[] = [];
    for (const { definition } of await engine.definitions.list()) {
      if ((await engine.mayStart(definition.id, identity)) !== null) continue;
      const needed = definition.input.filter((input) => input.required).map((input) => input.name);
      lines.push([
        { type: 'strong', text: definition.id },
        ` v${definition.version}${definition.description === null ? '' : ` · ${firstLine(definition.description)}`}`,
        ...(needed.length === 0 ? [] : [` · needs ${needed.join(', ')}`]),
      ]);
    }
    return {
      type: 'text',
      lines: lines.length === 0 ? [['There is no workflow that you may start.']] : lines,
    };
  },
};

const firstLine = (text: string): string => {
  const [first = ''] = text.trim().split('\n');
  return first.length > 80 ? `${first.slice(0, 79)}…` : first;
};
