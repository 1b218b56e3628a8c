/** Starting a workflow from a line: `run <workflow> …` and the short `<workflow> …`. */
import { gatherInputs, type GatheredInputs } from './inputs.ts';
import { inputMistakes } from './input-mistakes.ts';
import { endOf, mistakeAt, mistakeReply } from './mistake.ts';
import { textOf } from './notes.ts';
import { unknownName } from './unknown-name.ts';
import type { CommandRequest, Reply } from './command.ts';
import type { WorkflowDefinition } from '../src/engine/definition.ts';
import type { Word } from '../grammar/command/model.ts';
import type { Diagnostic } from '../grammar/diagnostic.ts';
import { parseStartTime } from '../src/engine/start-time.ts';

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
  const declared = new Set(entry?.definition.input.map((input) => input.name.toLowerCase()));
  const own = ['version', 'at'].filter((key) => !declared.has(key));
  const gathered = await gatherInputs(line, request.attachments, own);
  const begin = own.includes('at') ? beginOf(request) : null;
  const problems = [
    ...gathered.problems,
    ...(begin?.type === 'wrong' ? [begin.problem] : []),
    ...stray.map((word) =>
      mistakeAt('CMD202', word.span, `"${word.text}" is no input`, { hint: 'write name=value' }),
    ),
  ];
  const conceal = secretTexts(request, gathered, entry?.definition ?? null);
  if (problems.length > 0) return mistakeReply(line, problems, conceal);

  // 3. The run.
  const result = await engine.start({
    workflow: entry?.definition.id ?? name.text,
    version,
    input: gathered.values,
    by: identity,
    key: request.key,
    origin: request.origin,
    ...(begin?.type === 'time' ? { notBefore: begin.at } : {}),
  });
  switch (result.type) {
    case 'started':
      return { type: 'started', view: result.view, duplicate: result.duplicate };
    case 'invalid_input':
      return mistakeReply(
        line,
        inputMistakes(line, gathered, result.problems, entry?.definition ?? null),
        conceal,
      );
    case 'rejected':
      return { type: 'refused', rejection: result };
  }
};

type Begin =
  | { readonly type: 'time'; readonly at: number }
  | { readonly type: 'wrong'; readonly problem: Diagnostic };

/** `at=2026-01-31T18:00Z` or `at=2h`: when the run is to begin. */
const beginOf = ({ line, now }: CommandRequest): Begin | null => {
  const text = textOf(line, 'at');
  if (text === null) return null;
  const at = parseStartTime(text, now);
  if (at !== null) return { type: 'time', at };
  const span = line.args.find(({ key }) => key.toLowerCase() === 'at')?.valueSpan ?? endOf(line);
  const hint = 'write at=2026-01-31T18:00Z, or at=2h for two hours from now';
  return { type: 'wrong', problem: mistakeAt('CMD207', span, `"${text}" is no time`, { hint }) };
};

/** What was typed for secret inputs, or for names that may be one of them misspelt. */
const secretTexts = (
  { line }: CommandRequest,
  { places }: GatheredInputs,
  definition: WorkflowDefinition | null,
): readonly string[] => {
  if (definition?.input.some(({ secret }) => secret) !== true) return [];
  const open = new Set(definition.input.flatMap(({ name, secret }) => (secret ? [] : [name])));
  return [...places].flatMap(([name, { value }]) => {
    const text = line.text.slice(value.start, value.end);
    return open.has(name) || text === '' ? [] : [text];
  });
};

const versionOf = ({ line }: CommandRequest): number | null => {
  const text = textOf(line, 'version');
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
};
