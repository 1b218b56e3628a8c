import { readFile } from 'node:fs/promises';
import { convertConductor } from '../../conductor/convert.ts';
import type { ImportNote } from '../../conductor/notes.ts';
import { conductorWorkflow } from '../../conductor/source.ts';
import { formatProblem } from '../../definition/format-problem.ts';
import { loadDefinition } from '../../definition/load.ts';
import { errorCode, writeFileAtomic } from '../../lib/atomic-file.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import type { Failure } from '../failure-shape.ts';

/** Turns a Conductor workflow (JSON) into a definition, and says what did not carry over. */
export const command: CliCommand = {
  options: { output: { type: 'string', short: 'o' } },
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const [file = ''] = context.words;
    const source = await readSource(file);
    if ('exit' in source) return source;
    const { id, text, notes } = convertConductor(source.workflow);
    const { problems } = loadDefinition(text, `${id}.workflow.yaml`);
    const target = context.text('output');
    if (target !== null) await writeFileAtomic(target, text);
    if (output.json) {
      output.value({
        schema: 'import/1',
        workflow: id,
        file: target,
        text,
        notes,
        problems: problems.map(({ code, severity, message, hint, line, column }) => ({
          code,
          severity,
          message,
          hint,
          line,
          column,
        })),
      });
    } else if (target === null) output.raw(text);
    for (const note of notes) output.note(lineOf(note));
    for (const problem of problems) output.note(formatProblem(problem));
    const lost = notes.filter(({ kind }) => kind === 'lost').length;
    const rest = notes.length - lost;
    output.note(
      `${lost === 0 ? '✓' : '!'} ${id}: ${lost} things did not carry over, ${rest} differ`,
    );
    return problems.some(({ severity }) => severity === 'error') ? EXIT.usage : EXIT.ok;
  },
};

const lineOf = ({ task, kind, message, todo }: ImportNote): string =>
  `${kind === 'lost' ? '✗' : '·'} ${task ?? 'workflow'}: ${message}${todo === null ? '' : ` → ${todo}`}`;

const readSource = async (file: string) => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => ({ code: errorCode(error) }));
  if (typeof text !== 'string') {
    return failure('FILE_NOT_FOUND', `${file} cannot be read (${text.code})`, {
      exit: EXIT.notFound,
      at: file,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return notConductor(file, `it is not JSON (${error instanceof Error ? error.message : ''})`);
  }
  const parsed = conductorWorkflow.safeParse(
    Array.isArray(value) && value.length === 1 ? value[0] : value,
  );
  if (parsed.success) return { workflow: parsed.data };
  const issues = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'the file' : path.join('.')}: ${message}`,
  );
  return notConductor(file, issues.join('\n'));
};

const notConductor = (file: string, why: string): Failure =>
  failure('NOT_CONDUCTOR', `${file} is no Conductor workflow: ${why}`, {
    at: file,
    hint: 'export one workflow as JSON: an object with name and tasks',
  });
