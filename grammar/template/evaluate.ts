/** Owns the values of templates, alone and inside nested values; and finds them for static checks. */
import type { Json } from '../json.ts';
import type { Scope } from '../scope.ts';
import type { Template } from './model.ts';
import { remembered } from '../remembered.ts';
import { parseTemplate, type TemplateParse } from './parse.ts';
import { asText, evaluateAlternatives, type Evaluation } from './read.ts';

export type { Scope } from '../scope.ts';
export type { Evaluation } from './read.ts';

/**
 * A template that is exactly one expression keeps its value's type; otherwise values are put into
 * the text: null as nothing, lists and maps as compact JSON.
 */
export const evaluateTemplate = (template: Template, scope: Scope): Evaluation => {
  const [first] = template.parts;
  if (first === undefined) return { ok: true, value: '' };
  if (template.parts.length === 1) {
    return first.type === 'text'
      ? { ok: true, value: first.text }
      : evaluateAlternatives(first.alternatives, scope);
  }
  const texts: string[] = [];
  for (const part of template.parts) {
    if (part.type === 'text') texts.push(part.text);
    else {
      const result = evaluateAlternatives(part.alternatives, scope);
      if (!result.ok) return result;
      texts.push(asText(result.value));
    }
  }
  return { ok: true, value: texts.join('') };
};

/** Where a value stands inside another: keys and positions from the outside in. */
type ValuePath = readonly (string | number)[];

/** A string of a value that holds `${`. */
export interface FoundTemplate {
  readonly path: ValuePath;
  readonly text: string;
  readonly result: TemplateParse;
}

/**
 * Resolves every string of a value, keys of maps excepted. The first failure ends it. A template
 * that cannot be read fails with its own text as the path.
 */
export const resolveValue = (value: Json, scope: Scope): Evaluation => resolve(value, scope, 0);

/** Every template of a value, in order, each with its parse. */
export const templatesIn = (value: Json): readonly FoundTemplate[] => {
  const found: FoundTemplate[] = [];
  collect(value, [], found);
  return found;
};

/** Deeper values cannot come from a file that was read with its limits. */
const MAX_DEPTH = 200;

function resolve(value: Json, scope: Scope, depth: number): Evaluation {
  if (typeof value === 'string') return resolveText(value, scope);
  if (typeof value !== 'object' || value === null) return { ok: true, value };
  if (depth > MAX_DEPTH) {
    return { ok: false, path: '', reason: `the value is nested more than ${MAX_DEPTH} deep` };
  }
  const entries: [string, Json][] = [];
  for (const [key, inner] of Object.entries(value)) {
    const result = resolve(inner, scope, depth + 1);
    if (!result.ok) return result;
    entries.push([key, result.value]);
  }
  return {
    ok: true,
    value: Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries),
  };
}

/** A run's every attempt resolves the same few texts of its definition. */
const parsedTemplate = remembered(parseTemplate);

function resolveText(text: string, scope: Scope): Evaluation {
  if (!text.includes('${')) return { ok: true, value: text };
  const parsed = parsedTemplate(text);
  if (parsed.ok) return evaluateTemplate(parsed.template, scope);
  const reason = parsed.problems[0]?.message ?? 'the template cannot be read';
  return { ok: false, path: text, reason };
}

function collect(value: Json, path: ValuePath, found: FoundTemplate[]): void {
  if (typeof value === 'string') {
    if (value.includes('${')) found.push({ path, text: value, result: parseTemplate(value) });
  } else if (typeof value === 'object' && value !== null && path.length <= MAX_DEPTH) {
    const list = Array.isArray(value);
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, [...path, list ? Number(key) : key], found);
    }
  }
}
