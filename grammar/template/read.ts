/**
 * Owns how values are read: own properties of maps and positions of lists and nothing else, so no
 * `length`, no `constructor`, no inherited names. Loads no parser.
 */
import type { Json } from '../json.ts';
import type { Scope } from '../scope.ts';
import type { TemplateOperand, TemplatePath } from './model.ts';
import { printPath } from './print.ts';

/** A value, or the path that leads to none and why. */
export type Evaluation =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly path: string; readonly reason: string };

/** The first alternative that is neither missing nor null; else the last one's outcome. */
export const evaluateAlternatives = (
  alternatives: readonly TemplateOperand[],
  scope: Scope,
): Evaluation => {
  let outcome: Evaluation = { ok: true, value: null };
  for (const operand of alternatives) {
    outcome =
      operand.type === 'literal'
        ? { ok: true, value: operand.value }
        : readPath(operand.path, scope);
    if (outcome.ok && outcome.value !== null) return outcome;
  }
  return outcome;
};

/** Follows a path. */
export const readPath = (path: TemplatePath, scope: Scope): Evaluation => {
  const root = scope.lookup(path.root);
  if (!root.found) return { ok: false, path: path.text, reason: `there is no ${path.root} here` };
  let value = root.value;
  for (const [index, segment] of path.segments.entries()) {
    if (index === 0) continue;
    const next = segment.type === 'key' ? property(value, segment.key) : item(value, segment.index);
    if (next === undefined) {
      const holder = printPath(path.segments.slice(0, index));
      const missing = segment.type === 'key' ? segment.key : `item ${segment.index}`;
      return {
        ok: false,
        path: path.text,
        reason: `${holder} is ${kindOf(value)} without ${missing}`,
      };
    }
    value = next;
  }
  return { ok: true, value };
};

/** How a value reads inside a text. */
export const asText = (value: Json): string => {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** `a list`, `a map`, `null`, … for messages. */
export const kindOf = (value: Json): string => {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return isList(value) ? 'a list' : 'a map';
  }
};

function property(value: Json, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isList(value)) return /^(?:0|[1-9]\d{0,9})$/.test(key) ? value[Number(key)] : undefined;
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function item(value: Json, index: number): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return isList(value) ? value[index] : property(value, String(index));
}

/** Tells lists from maps. */
export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
