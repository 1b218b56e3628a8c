/**
 * A payload's plain values as environment variables, for programs that cannot read JSON, such as
 * shell scripts: `WORKFLOW_INPUT_TARGET_FOLDER` for `target_folder`. Lists, mappings, null and what
 * an environment cannot hold are left out; stdin has everything.
 */
import type { JsonObject } from '../../lib/json.ts';

export const inputVariables = (payload: JsonObject): Readonly<Record<string, string>> => {
  let room = MOST;
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (value === null || typeof value === 'object') continue;
    const text = String(value);
    const size = text.length + name.length;
    if (size > room || text.includes('\0')) continue;
    room -= size;
    variables[variableName(name)] = text;
  }
  return variables;
};

const variableName = (name: string): string =>
  `WORKFLOW_INPUT_${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}`;

/** Characters in all; systems stop at 32 Ki (Windows) or a few times that. */
const MOST = 16 * 1024;
