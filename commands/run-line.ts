/** From a line to an answer: the verb it names, else the workflow, else what was probably meant. */
import { commands } from './index.ts';
import { startWorkflow } from './start-workflow.ts';
import { unknownName } from './unknown-name.ts';
import type { CommandRequest, Reply } from './command.ts';

/** Carries out one line. A verb wins over a workflow of the same name. */
export const runLine = async (request: CommandRequest): Promise<Reply> => {
  const { head, words } = request.line;
  if (head === null) return { type: 'text', lines: advice(request.prefix) };
  const verb = head.text.toLowerCase();
  const command = commands.find((one) => one.verb === verb);
  if (command !== undefined) return command.run(request);
  if ((await request.engine.definitions.find(head.text, null)) !== null) {
    return startWorkflow(request, head, words);
  }
  const verbs = commands.map((one) => one.verb);
  return unknownName(request, head, 'command', verbs);
};

const advice = (prefix: string): readonly (readonly string[])[] => [
  [
    `Nothing was asked. Type ${prefix} help to see what there is, ${prefix} list for the workflows.`,
  ],
];
