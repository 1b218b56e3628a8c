/** From a line to an answer: the verb it names, else the workflow, else what was probably meant. */
import { commands } from './index.ts';
import { startWorkflow } from './start-workflow.ts';
import { unknownName } from './unknown-name.ts';
import { mistakeReply } from './mistake.ts';
import { resolveOptions } from '../grammar/command/options.ts';
import type { Command, CommandRequest, Reply } from './command.ts';

/** Carries out one line. A verb wins over a workflow of the same name. */
export const runLine = async (request: CommandRequest): Promise<Reply> => {
  const { head, words } = request.line;
  if (head === null) return { type: 'text', lines: advice(request.prefix) };
  const verb = head.text.toLowerCase();
  const command = commands.find((one) => one.verb === verb);
  if (command !== undefined) return runVerb(command, request);
  if ((await request.engine.definitions.find(head.text, null)) !== null) {
    return startWorkflow(request, head, words);
  }
  const verbs = commands.map((one) => one.verb);
  return unknownName(request, head, 'command', verbs);
};

/** The verb's flags are settled first: what stands behind one is a word. */
const runVerb = async (command: Command, request: CommandRequest): Promise<Reply> => {
  const { flags } = command;
  if (flags === undefined) return command.run(request);
  const { line, problems } = resolveOptions(request.line, (name) =>
    flags.includes(name.toLowerCase()),
  );
  if (problems.length > 0) return mistakeReply(line, problems);
  return command.run({ ...request, line });
};

const advice = (prefix: string): readonly (readonly string[])[] => [
  [
    `Nothing was asked. Type ${prefix} help to see what there is, ${prefix} list for the workflows.`,
  ],
];
