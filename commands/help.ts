import { usableWorkflows } from './unknown-name.ts';
import type { Command, ReplyLine } from './command.ts';

/** `help`: every verb in a line, short enough for one message, and what the person may start. `table` is the command table. */
export const helpFor = (table: () => readonly Command[]): Command => ({
  verb: 'help',
  summary: 'shows this',
  usage: 'help [verb]',
  async run({ line, engine, identity, prefix }) {
    const wanted = line.words[0]?.text.toLowerCase();
    const one = table().find((command) => command.verb === wanted);
    if (one !== undefined) {
      return {
        type: 'text',
        lines: [[{ type: 'code', text: `${prefix} ${one.usage}` }, ` ${one.summary}`]],
      };
    }
    const workflows = await usableWorkflows(engine, identity);
    const lines: ReplyLine[] = [
      [{ type: 'code', text: `${prefix} <workflow> key=value …` }, ' starts a workflow'],
      ...table().map((command): ReplyLine => [
        { type: 'code', text: command.verb },
        ` ${command.summary}`,
      ]),
      [{ type: 'code', text: `${prefix} help <verb>` }, ' shows how it is written'],
      [workflows.length === 0 ? 'You may start no workflow.' : `Workflows: ${namesOf(workflows)}`],
    ];
    return { type: 'text', lines };
  },
});

/** Names shown before the rest is only counted. */
const SHOWN = 12;

const namesOf = (workflows: readonly string[]): string => {
  const left = workflows.length - SHOWN;
  const names = workflows.slice(0, SHOWN).join(', ');
  return left > 0 ? `${names} and ${left} more (describe)` : names;
};
