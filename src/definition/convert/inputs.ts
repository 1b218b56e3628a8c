/** `input:` to declarations. Under `required` a value describes, under `optional` it is the default. */
import type { InputDefinition, InputType } from '../../engine/definition.ts';
import type { Json } from '../../lib/json.ts';
import type { Report } from '../report.ts';
import { writtenInputForm } from '../written.ts';
import { entryOf, toJson } from '../yaml/tree.ts';
import type { YamlNode } from '../yaml/tree.ts';
import { checkInput } from './input-checks.ts';
import { namedIn } from './named.ts';
import type { Named } from './named.ts';

export interface DeclaredInput {
  readonly definition: InputDefinition;
  readonly named: Named;
}

/** Every declared input, required ones first. */
export const convertInputs = (node: YamlNode | null, report: Report): readonly DeclaredInput[] => {
  if (node === null || node.type === 'scalar') return [];
  const groups = node.type === 'map' && GROUPS.some((key) => entryOf(node, key) !== null);
  if (!groups) {
    if (node.type === 'map' && node.entries.length === 0) return [];
    const message =
      'The inputs are not divided into required and optional ones, so all are required';
    report.add('DEF107', node.span, message, { hint: 'put them under required: or optional:' });
    return unique(
      namedIn(node, report).map((named) => convert(named, true, report)),
      report,
    );
  }
  const group = (key: (typeof GROUPS)[number]): readonly DeclaredInput[] =>
    namedIn(entryOf(node, key)?.value ?? null, report).map((named) =>
      convert(named, key === 'required', report),
    );
  return unique([...group('required'), ...group('optional')], report);
};

const GROUPS = ['required', 'optional'] as const;

const convert = (named: Named, required: boolean, report: Report): DeclaredInput => {
  if (!NAME.test(named.name)) {
    const message = `"${named.name}" cannot be the name of an input`;
    report.add('DEF105', named.span, message, {
      hint: 'use letters, digits, "_" and "-", beginning with a letter or "_"',
    });
  }
  const { value } = named;
  const plain = value === null ? null : toJson(value);
  const definition = isLongForm(value, required)
    ? longForm(named, required, report)
    : {
        ...EMPTY,
        name: named.name,
        required,
        type: required ? null : typeOf(plain),
        description: required && plain !== null ? textOf(plain) : null,
        default: required ? null : plain,
      };
  checkInput(definition, named, report);
  return { definition, named };
};

/** Names that templates can read. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(?:-+[\p{L}\p{N}_]+)*$/u;

/** A map is the long form under `optional` when it has type or default, else it is a default. */
const isLongForm = (node: YamlNode | null, required: boolean): boolean => {
  if (node?.type !== 'map') return false;
  const keys = required ? Object.keys(writtenInputForm.shape) : ['type', 'default'];
  return keys.some((key) => entryOf(node, key) !== null);
};

const longForm = (named: Named, group: boolean, report: Report): InputDefinition => {
  const { name, value } = named;
  const parsed = writtenInputForm.safeParse(value === null ? {} : toJson(value));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const at = entryOf(value, String(issue.path[0]))?.value.span ?? named.span;
      report.add('DEF101', at, `${name}.${issue.path.join('.')}: ${issue.message}`);
    }
    return { ...EMPTY, name, required: group };
  }
  const form = parsed.data;
  const fallback = jsonAt(value, 'default');
  const hasDefault = entryOf(value, 'default') !== null;
  const required = form.required ?? group;
  if (required && hasDefault) {
    const span = entryOf(value, 'default')?.keySpan ?? named.span;
    report.add('DEF509', span, `The default of "${name}" is never used: the input is required`, {
      hint: 'move the input to optional:',
    });
  }
  // A definition is read by many, and journaled with every run.
  if (form.secret === true && hasDefault && fallback !== null) {
    const span = entryOf(value, 'default')?.keySpan ?? named.span;
    report.add('DEF425', span, `The secret input "${name}" has a default`);
  }
  const choices = jsonAt(value, 'enum');
  return {
    name,
    required,
    type: form.type ?? (hasDefault ? typeOf(fallback) : null),
    description: textOf(jsonAt(value, 'description')),
    default: required ? null : fallback,
    enum: Array.isArray(choices) ? choices : null,
    pattern: form.pattern ?? null,
    secret: form.secret ?? false,
  };
};

const unique = (inputs: readonly DeclaredInput[], report: Report): readonly DeclaredInput[] => {
  const seen = new Set<string>();
  return inputs.filter(({ named }) => {
    const again = seen.has(named.name);
    if (again) report.add('DEF207', named.span, `The input "${named.name}" is declared twice`);
    seen.add(named.name);
    return !again;
  });
};

const EMPTY: Omit<InputDefinition, 'name' | 'required'> = {
  type: null,
  description: null,
  default: null,
  enum: null,
  pattern: null,
  secret: false,
};

const jsonAt = (node: YamlNode | null, key: string): Json => {
  const entry = entryOf(node, key);
  return entry === null ? null : toJson(entry.value);
};

/** The input type of a default's YAML type. */
const typeOf = (value: Json): InputType | null => {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return value === null ? null : Array.isArray(value) ? 'list' : 'object';
  }
};

/** What is said about something, as text. */
export const textOf = (value: Json | undefined): string | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
