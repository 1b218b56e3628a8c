/** References to secrets never leave the engine in readable form. */
import type { Json, JsonObject } from '../lib/json.ts';
import { COVER, coverReferences, mapTexts } from './secrets.ts';
import type { RunState } from './state.ts';

export interface Mask {
  readonly input: (input: JsonObject) => JsonObject;
  /** Any other value: references inside it are covered. */
  readonly value: (value: Json) => Json;
  readonly text: (text: string) => string;
}

export const maskOf = (run: RunState): Mask => {
  const names = run.definition.input.filter(({ secret }) => secret).map(({ name }) => name);
  if (run.seal === null && names.length === 0) return NOTHING;
  const value = (source: Json): Json => mapTexts(source, coverReferences);
  return {
    input: (input) =>
      Object.fromEntries(
        Object.entries(input).map(([name, given]): [string, Json] => [
          name,
          names.includes(name) && given !== null ? COVER : value(given),
        ]),
      ),
    value,
    text: coverReferences,
  };
};

const NOTHING: Mask = { input: (input) => input, value: (value) => value, text: (text) => text };
