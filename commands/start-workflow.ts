/** Starting a workflow from a line: `run <workflow> …` and the short `<workflow> …`. */
import { gatherInputs } from './inputs.ts';
import { inputMistakes } from './input-mistakes.ts';
import { mistakeAt, mistakeReply } from './mistake.ts';
import { textOf } from './notes.ts';
import { unknownName } from './unknown-name.ts';
import type { CommandRequest, Reply } from './command.ts';
import type { Word } from '../grammar/command/model.ts';

/** Starts the workflow that `name` says; `stray` are words that mean nothing here. */
export const startWorkflow = async (
  request: CommandRequest,
  name: Word,
  stray: readonly Word[],
): Promise<Reply> => {
  const { line, engine, identity } = request;

  // 1. The workflow.
  const version = versionOf(request);
  const entry = await engine.definitions.find(name.text, version);
  if (entry === null && version === null) return unknownName(request, name, 'workflow');

  // 2. The inputs.
  const taken = entry?.definition.input.some((input) => input.name === 'version') === true;
  const gathered = await gatherInputs(line, request.attachments, taken ? [] : ['version']);
  const problems = [
    ...gathered.problems,
    ...stray.map((word) =>
      mistakeAt('CMD202', word.span, `"${word.text}" is no input`, { hint: 'write name=value' }),
    ),
  ];
  if (problems.length > 0) return mistakeReply(line, problems);

  // 3. The run.
  const result = await engine.start({
    workflow: entry?.definition.id ?? name.text,
    version,
    input: gathered.values,
    by: identity,
    key: request.key,
    origin: request.origin,
  });
  switch (result.type) {
    case 'started':
      return { type: 'started', view: result.view, duplicate: result.duplicate };
    case 'invalid_input':
      return mistakeReply(
        line,
        inputMistakes(line, gathered, result.problems, entry?.definition ?? null),
      );
    case 'rejected':
      return { type: 'refused', rejection: result };
  }
};

const versionOf = ({ line }: CommandRequest): number | null => {
  const text = textOf(line, 'version');
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
};
