import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { startWorkflow } from './start-workflow.ts';
import { usableWorkflows } from './unknown-name.ts';
import type { Command } from './command.ts';

/** `run <workflow> key=value …`: always means the workflow, even when a verb has its name. */
export const run: Command = {
  verb: 'run',
  summary: 'starts a workflow',
  usage: 'run <workflow> [key=value …] [at=TIME]',
  keys: ['version', 'at'],
  completes: 'workflow',
  async run(request) {
    const [name, ...rest] = request.line.words;
    if (name !== undefined) return startWorkflow(request, name, rest);
    const expected = await usableWorkflows(request.engine, request.identity);
    const missing = mistakeAt('CMD203', endOf(request.line), 'Which workflow is to be run?', {
      expected,
    });
    return mistakeReply(request.line, [missing]);
  },
};
