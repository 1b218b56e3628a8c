import { parseDuration } from '../../../grammar/duration.ts';
import type { InputDefinition, InputType } from '../../engine/definition.ts';
import { isJsonObject, type Json } from '../../lib/json.ts';
import type { Report } from '../report.ts';
import { entryOf } from '../yaml/tree.ts';
import type { Named } from './named.ts';

/** Default, enum and pattern of an input must go with its type and with each other. */
export const checkInput = (input: InputDefinition, named: Named, report: Report): void => {
  const at = (key: string) =>
    entryOf(named.value, key)?.value.span ?? named.value?.span ?? named.span;
  const pattern = input.pattern === null ? null : regularExpression(input.pattern);
  if (input.pattern !== null && pattern === null) {
    report.add(
      'DEF415',
      at('pattern'),
      `The pattern of "${input.name}" is not a regular expression`,
    );
  }
  for (const value of input.enum ?? []) {
    if (fits(value, input.type)) continue;
    report.add(
      'DEF413',
      at('enum'),
      `${show(value)} in the enum of "${input.name}" is no ${input.type}`,
    );
  }
  const given = input.default;
  if (given === null) return;
  if (!fits(given, input.type)) {
    report.add(
      'DEF413',
      at('default'),
      `The default ${show(given)} of "${input.name}" is no ${input.type}`,
    );
  } else if (input.enum !== null && !input.enum.some((value) => show(value) === show(given))) {
    const words = input.enum.map(show).join(', ');
    report.add(
      'DEF413',
      at('default'),
      `The default ${show(given)} of "${input.name}" is not one of ${words}`,
    );
  } else if (pattern !== null && typeof given === 'string' && !pattern.test(given)) {
    report.add(
      'DEF413',
      at('default'),
      `The default ${show(given)} of "${input.name}" does not match its pattern`,
    );
  }
};

const regularExpression = (source: string): RegExp | null => {
  try {
    return new RegExp(`^(?:${source})$`, 'u');
  } catch {
    return null;
  }
};

const fits = (value: Json, type: InputType | null): boolean => {
  switch (type) {
    case 'string':
    case 'path':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'duration':
      return (
        (typeof value === 'string' || typeof value === 'number') && parseDuration(value) !== null
      );
    case null:
      return true;
  }
};

const show = (value: Json): string => JSON.stringify(value);
