import type { Json } from '../json.ts';
import { isList, kindOf } from '../template/read.ts';
import type { CompareOperator } from './model.ts';

/** The outcome of a comparison, or why there is none. */
export type Comparison =
  { readonly ok: true; readonly value: boolean } | { readonly ok: false; readonly reason: string };

/**
 * Compares two values. Equality between types is false. Order exists between two numbers and
 * between two texts only. `contains` and `in` look for an equal item in a list, a key in a map, a
 * piece of a text (numbers are read as text there).
 */
export const compareValues = (op: CompareOperator, left: Json, right: Json): Comparison => {
  switch (op) {
    case '==':
      return { ok: true, value: equal(left, right) };
    case '!=':
      return { ok: true, value: !equal(left, right) };
    case 'contains':
      return contains(left, right, `contains ${shown(right)}`);
    case 'in':
      return contains(right, left, `can hold ${shown(left)}`);
    default:
      return order(op, left, right);
  }
};

/** Deep equality of values, types included. */
const equal = (left: Json, right: Json): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) {
    return false;
  }
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    return left.every((item, index) => equal(item, right[index] ?? null));
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every(
    (key) => Object.hasOwn(right, key) && equal(left[key] ?? null, right[key] ?? null),
  );
};

/** A value in a message: short, texts in quotes. */
export const shown = (value: Json): string => {
  const text = typeof value === 'object' && value !== null ? kindOf(value) : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

/** A value and its kind, where the kind says more. */
function described(value: Json): string {
  const text = shown(value);
  return text === kindOf(value) || typeof value === 'boolean' ? text : `${text} (${kindOf(value)})`;
}

function order(op: '<' | '<=' | '>' | '>=', left: Json, right: Json): Comparison {
  const comparable =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!comparable || left === null || right === null) {
    const sides = `${described(left)} and ${described(right)}`;
    return { ok: false, reason: `${op} cannot order ${sides}` };
  }
  if (op === '<') return { ok: true, value: left < right };
  if (op === '<=') return { ok: true, value: left <= right };
  if (op === '>') return { ok: true, value: left > right };
  return { ok: true, value: left >= right };
}

function contains(holder: Json, wanted: Json, what: string): Comparison {
  if (typeof holder === 'object' && holder !== null) {
    if (isList(holder)) return { ok: true, value: holder.some((item) => equal(item, wanted)) };
    if (typeof wanted === 'string') return { ok: true, value: Object.hasOwn(holder, wanted) };
    return {
      ok: false,
      reason: `${shown(wanted)} is ${kindOf(wanted)}, and the keys of a map are texts`,
    };
  }
  const [text, piece] = [readable(holder), readable(wanted)];
  if (text === null) return { ok: false, reason: `${described(holder)} never ${what}` };
  if (piece === null) {
    return {
      ok: false,
      reason: `the text ${shown(holder)} cannot hold ${described(wanted)}`,
    };
  }
  return { ok: true, value: text.includes(piece) };
}

/** Texts as they are, numbers as text, else null. */
export function readable(value: Json): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}
