/**
 * Conductor's `${…}` expressions as templates. What has no counterpart becomes null and is
 * noted. A path that turns out missing is null in Conductor and an error here, so every path
 * into an output gets `?? null`.
 */
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Names } from './names.ts';
import type { Notes } from './notes.ts';

/** What expressions are read against. */
export interface Expressions {
  readonly names: Names;
  readonly notes: Notes;
  /** Input parameters by reference name, for `${task.input.x}`. */
  readonly inputs: ReadonlyMap<string, JsonObject>;
  /** Workflow inputs that some expression reads; filled while converting. */
  readonly usedInputs: Set<string>;
}

/** A value with every expression in it converted. `of` is the task it stands in, for notes. */
export const convertValue = (value: Json, of: string | null, context: Expressions): Json => {
  if (typeof value === 'string') return convertText(value, of, context);
  if (Array.isArray(value)) return value.map((item) => convertValue(item, of, context));
  if (isJsonObject(value)) return convertFields(value, of, context);
  return value;
};

/** The same for a map. */
export const convertFields = (
  fields: JsonObject,
  of: string | null,
  context: Expressions,
): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]): [string, Json] => [
      name,
      convertValue(value, of, context),
    ]),
  );

const convertText = (text: string, of: string | null, context: Expressions): Json => {
  const whole = /^\$\{([^{}]+)\}$/u.exec(text)?.[1];
  // A task's input that is read is the value that was put there, of whatever type.
  if (whole !== undefined) {
    const input = inputOf(whole.trim(), context);
    if (input !== undefined) return convertValue(input, of, context);
  }
  return text.replaceAll(/\$\{([^{}]*)\}/gu, (_all, path: string) =>
    hole(path.trim(), of, context),
  );
};

const hole = (path: string, of: string | null, context: Expressions): string => {
  const { root, rest } = split(path, context);
  if (root === 'workflow') return workflowHole(path, rest, of, context);
  if (path === 'CPEWF_TASK_ID') return '${self.id}';
  const id = context.names.get(root);
  if (id === undefined) return lost(path, of, context, 'no task has this reference name');
  const [part, ...keys] = rest;
  if (part === 'output') {
    return keys.length === 0 ? `\${${id}.output}` : `\${${steps(`${id}.output`, keys)} ?? null}`;
  }
  if (part === 'status') return `\${${id}.status}`;
  if (part === 'taskId') return id;
  if (part === 'input') {
    const value = inputOf(path, context);
    const text = value === undefined ? undefined : convertValue(value, of, context);
    if (typeof text === 'string') return text;
    if (value !== undefined && value !== null) return JSON.stringify(value);
  }
  return lost(path, of, context, `${part ?? root} of a task cannot be read here`);
};

const workflowHole = (
  path: string,
  [part, ...keys]: readonly string[],
  of: string | null,
  context: Expressions,
): string => {
  const [key] = keys;
  switch (part) {
    case 'input': {
      if (key === undefined) return '${workflow.input}';
      context.usedInputs.add(keyOf(key));
      const fallback = keys.length > 1 ? ' ?? null' : '';
      return `\${${steps('workflow.input', keys)}${fallback}}`;
    }
    case 'variables':
      return `\${${steps('workflow.variables', keys)} ?? null}`;
    case 'workflowId':
      return '${workflow.id}';
    case 'workflowType':
      return '${workflow.definition}';
    default:
      return lost(path, of, context, 'the workflow has no such value here');
  }
};

const lost = (path: string, of: string | null, { notes }: Expressions, why: string): string => {
  notes.lost(of, `\${${path}} became null: ${why}`, 'give the value in another way');
  return '${null}';
};

/** The value of `${task.input.key…}`, or undefined when the path is none or leads nowhere. */
const inputOf = (path: string, context: Expressions): Json | undefined => {
  const { root, rest } = split(path, context);
  const [part, ...keys] = rest;
  if (part !== 'input') return undefined;
  let value: Json | undefined = context.inputs.get(root);
  for (const key of keys) {
    value =
      value !== undefined && isJsonObject(value) && Object.hasOwn(value, key)
        ? value[key]
        : undefined;
  }
  return value;
};

/** The reference name a path begins with, which may itself hold dots, and what follows it. */
const split = (
  path: string,
  { names }: Expressions,
): { readonly root: string; readonly rest: readonly string[] } => {
  const parts = path.split('.');
  for (let length = parts.length; length > 1; length -= 1) {
    const root = parts.slice(0, length).join('.');
    if (names.has(root)) return { root, rest: parts.slice(length) };
  }
  const [root = '', ...rest] = parts;
  return { root, rest };
};

/** `a[0]['b c']` as path steps behind `base`. */
const steps = (base: string, keys: readonly string[]): string =>
  base +
  keys
    .flatMap((key) => key.match(/[^[\]]+/gu) ?? [])
    .map((key) => key.replaceAll(/^['"]|['"]$/gu, ''))
    .map((key) => {
      if (/^\d+$/u.test(key)) return `[${key}]`;
      return /^[A-Za-z_][\w-]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('');

/** The name of an input in `name[0]`. */
const keyOf = (key: string): string => /^[^[]+/u.exec(key)?.[0] ?? key;
