import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { unknownName } from './unknown-name.ts';
import type { Command, ReplyLine } from './command.ts';
import type { InputDefinition, WorkflowDefinition } from '../src/engine/definition.ts';

/** `describe <workflow>`: what it does, takes and gives. */
export const describe: Command = {
  verb: 'describe',
  summary: 'says what a workflow does and which inputs it takes',
  usage: 'describe <workflow>',
  completes: 'workflow',
  async run(request) {
    const { line, engine } = request;
    const word = line.words[0];
    if (word === undefined) {
      return mistakeReply(line, [mistakeAt('CMD203', endOf(line), 'Which workflow is meant?')]);
    }
    const entry = await engine.definitions.find(word.text, null);
    if (entry === null) return unknownName(request, word, 'workflow');
    return { type: 'text', lines: linesOf(entry.definition, request.prefix) };
  },
};

const linesOf = (definition: WorkflowDefinition, prefix: string): readonly ReplyLine[] => {
  const required = definition.input.filter((input) => input.required);
  const example = [prefix, definition.id, ...required.map((input) => `${input.name}=…`)].join(' ');
  return [
    [{ type: 'strong', text: definition.id }, ` v${definition.version} · ${definition.name}`],
    ...(definition.description === null ? [] : [[definition.description.trim()]]),
    ...definition.input.map(inputLine),
    [`tasks: ${definition.tasks.map((task) => task.id).join(', ')}`],
    [{ type: 'code', text: example }],
  ];
};

const inputLine = (input: InputDefinition): ReplyLine => {
  const facts = [
    input.type ?? 'any',
    ...(input.required ? ['required'] : [`default ${JSON.stringify(input.default)}`]),
    ...(input.enum === null ? [] : [`one of ${input.enum.map(String).join(', ')}`]),
  ];
  const what = input.description === null ? '' : `: ${input.description.trim()}`;
  return [{ type: 'code', text: input.name }, ` (${facts.join(', ')})${what}`];
};
