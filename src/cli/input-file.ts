import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { load, YAMLException } from 'js-yaml';
import { errorCode } from '../lib/atomic-file.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Failure } from './failure-shape.ts';
import { EXIT } from './exit-codes.ts';
import { failure } from './failure.ts';

export type InputFile = { readonly type: 'values'; readonly values: JsonObject } | Failure;

/** A mapping of names to values in a JSON or YAML file; `-` is stdin. */
export const readInputFile = async (file: string): Promise<InputFile> => {
  try {
    return parseInputs(
      file === '-' ? await readStream(process.stdin) : await readFile(file, 'utf8'),
      file,
    );
  } catch (error) {
    return failure('INPUT_FILE', `${file} cannot be read (${errorCode(error)})`, {
      at: file,
      exit: errorCode(error) === 'ENOENT' ? EXIT.notFound : EXIT.usage,
    });
  }
};

/** The same from a text; `name` is what messages call it. */
export const parseInputs = (text: string, name: string): InputFile => {
  try {
    // Dates and the like become what JSON makes of them; a few aliases can unfold into gigabytes.
    const value: Json = JSON.parse(JSON.stringify(load(text, { maxAliases: 0 }) ?? {}));
    if (isJsonObject(value)) return { type: 'values', values: value };
    return failure('INPUT_FILE', `${name} does not hold a mapping of names to values`, {
      at: name,
      hint: 'such as {"target_folder": "0UT.3OX"}',
    });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return failure('INPUT_FILE', `${name} is neither JSON nor YAML: ${error.reason}`, { at: name });
  }
};
