/** Reading and writing JSON without casts: small accessors over what a client sent. */
import { isJsonObject, type Json, type JsonObject } from '../../../src/lib/json.ts';

/** An object without its `undefined` members: what `JSON.stringify` would send. */
export function wire(members: { readonly [key: string]: Json | undefined }): JsonObject {
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) out[key] = value;
  return out;
}

/** The string under `key`, if it is one. */
export function text(from: JsonObject, key: string): string | undefined {
  const value = from[key];
  return typeof value === 'string' ? value : undefined;
}

/** The number under `key`, if it is one. */
export function number(from: JsonObject, key: string): number | undefined {
  const value = from[key];
  return typeof value === 'number' ? value : undefined;
}

/** The string or number under `key`, as a string: Discord takes both for ids and nonces. */
export function label(from: JsonObject, key: string): string | undefined {
  return text(from, key) ?? number(from, key)?.toString();
}

/** The object under `key`, if it is one. */
export function object(from: JsonObject, key: string): JsonObject | undefined {
  const value = from[key];
  return isJsonObject(value) ? value : undefined;
}

/** The objects in the list under `key`; nothing when it is no list. */
export function objects(from: JsonObject, key: string): readonly JsonObject[] {
  const value = from[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The strings in the list under `key`; nothing when it is no list. */
export function texts(from: JsonObject, key: string): readonly string[] {
  const value = from[key];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Parses JSON that ought to be an object; anything else is an empty object. */
export function parseObject(source: string): JsonObject {
  const value: unknown = JSON.parse(source);
  return isJsonObject(value) ? value : {};
}
