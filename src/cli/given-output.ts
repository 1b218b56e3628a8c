import { errorMessage } from '../lib/error-code.ts';
import type { Json } from '../lib/json.ts';
import type { CliContext } from './cli-command.ts';
import type { Failure } from './failure-shape.ts';
import { failure } from './failure.ts';

/** `--output JSON`, or `{}` when it is not given. */
export const givenOutput = (context: CliContext): { readonly output: Json } | Failure => {
  const text = context.text('output');
  if (text === null) return { output: {} };
  try {
    const output: Json = JSON.parse(text);
    return { output };
  } catch (error) {
    const why = errorMessage(error);
    return failure('OUTPUT_INVALID', `--output is not JSON: ${why}`, {
      at: text,
      hint: `such as --output '{"score": 100}'`,
    });
  }
};
