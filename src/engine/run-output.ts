import type { Json, JsonObject } from '../lib/json.ts';
import type { Draft } from './draft.ts';
import { resolve } from './expressions.ts';
import { outputsNamed } from './metrics.ts';
import { scopeOf } from './scope.ts';

/**
 * The run's output: templates filled in, other names looked up among task outputs, the last
 * writer first. A path that is missing gives null and a warning.
 */
export const runOutput = (draft: Draft): JsonObject => {
  const scope = scopeOf(draft.run, draft.now);
  const output: [string, Json][] = [];
  for (const { name, value } of draft.run.definition.output) {
    if (value === null) {
      output.push([name, outputsNamed(draft.run, name)[0] ?? null]);
      continue;
    }
    const resolved = resolve(value, scope);
    output.push([name, resolved.ok ? resolved.value : null]);
    if (!resolved.ok) {
      const message = `output ${name} is null: ${resolved.error.message}`;
      draft.emit({ type: 'WarningRaised', task: null, message });
    }
  }
  return Object.fromEntries(output);
};
