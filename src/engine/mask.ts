/** Values of `secret: true` inputs never leave the engine in readable form. */
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { RunState } from './state.ts';

export interface Mask {
  readonly input: (input: JsonObject) => JsonObject;
  /** Any other value: the secrets' texts inside it are covered. */
  readonly value: (value: Json) => Json;
  readonly text: (text: string) => string;
}

export const maskOf = (run: RunState): Mask => {
  const names = run.definition.input.filter(({ secret }) => secret).map(({ name }) => name);
  const secrets = names.map((name) => run.input[name]).filter(isCoverable);
  const text = (source: string): string =>
    secrets.reduce((covered, secret) => covered.replaceAll(secret, COVER), source);
  const value = (source: Json): Json => {
    if (secrets.length === 0) return source;
    if (typeof source === 'string') return text(source);
    if (isJsonObject(source)) return fields(source, value);
    return Array.isArray(source) ? source.map(value) : source;
  };
  return {
    input: (input) =>
      names.length === 0
        ? input
        : Object.fromEntries(
            Object.entries(input).map(([name, given]): [string, Json] => [
              name,
              names.includes(name) && given !== null ? COVER : value(given),
            ]),
          ),
    value,
    text,
  };
};

const COVER = '••••••';

const fields = (object: JsonObject, change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]): [string, Json] => [name, change(value)]),
  );

/** Covering very short texts would make everything else unreadable and hide nothing. */
const isCoverable = (value: Json | undefined): value is string =>
  typeof value === 'string' && value.length >= 4;
