import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { formatProblem } from '../../definition/format-problem.ts';
import { loadDefinition } from '../../definition/load.ts';
import { errorCode } from '../../lib/atomic-file.ts';
import type { GivenValue } from '../../runtime/engine.ts';
import type { CliCommand } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { parseInputs, readInputFile } from '../input-file.ts';
import { START_OPTIONS, startRun } from '../start-run.ts';

/** The workflow in a file, with its inputs as one JSON text. */
export const command: CliCommand = {
  options: START_OPTIONS,
  words: { least: 1, most: 2 },
  async run(context) {
    // 1. The file.
    const [file = '', json] = context.words;
    const path = resolve(file);
    const text = await readFile(path, 'utf8').catch((error: unknown) => ({
      code: errorCode(error),
    }));
    if (typeof text !== 'string') {
      return failure('FILE_NOT_FOUND', `${file} cannot be read (${text.code})`, {
        exit: EXIT.notFound,
        at: file,
      });
    }
    const { definition, sha256, problems } = loadDefinition(text, file);
    if (definition === null) {
      return failure('DEFINITION_INVALID', problems.map(formatProblem).join('\n'), { at: file });
    }

    // 2. The inputs: a file, and over it the JSON.
    const input: Record<string, GivenValue> = {};
    const inputFile = context.text('input');
    for (const read of [
      inputFile === null ? null : await readInputFile(inputFile),
      json === undefined ? null : parseInputs(json, 'the input'),
    ]) {
      if (read === null) continue;
      if (read.type === 'failure') return read;
      for (const [name, value] of Object.entries(read.values))
        input[name] = { type: 'value', value };
    }

    // 3. The run, by an engine that knows exactly this file.
    return startRun(context, {
      workflow: definition.id,
      version: definition.version,
      input,
      workflowFolders: [dirname(path)],
      async precheck({ engine }) {
        const known = await engine.definitions.find(definition.id, definition.version);
        if (known?.sha256 === sha256) return null;
        const what = `${definition.id} version ${definition.version}`;
        return known === null
          ? failure('WORKFLOW_UNKNOWN', `The engine of this station does not know ${what}`, {
              exit: EXIT.refused,
              at: file,
              hint: 'name the file <name>.workflow.yaml in .3ox.index/CORE/WORKFLOWS or in a folder of workflow_folders in .3ox/settings.yaml',
            })
          : failure('WORKFLOW_OTHER', `The station has another ${what} in ${known.file}`, {
              exit: EXIT.refused,
              at: file,
              hint: 'raise the version in one of the two files',
            });
      },
    });
  },
};
