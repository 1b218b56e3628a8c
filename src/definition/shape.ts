/**
 * The written form checked against its schema. What is wrong is reported and then left out, so
 * that everything else can be checked as well.
 */
import type { z } from 'zod';
import type { Span } from '../../grammar/diagnostic.ts';
import type { DefinitionCode } from './codes.ts';
import { withoutIdleKeys } from './idle-keys.ts';
import type { Report } from './report.ts';
import { writtenWorkflow, type WrittenWorkflow } from './written.ts';
import { pruned } from './yaml/prune.ts';
import { entryOf, nodeAt, toJson } from './yaml/tree.ts';
import type { Path, YamlNode } from './yaml/tree.ts';

export interface ReadShape {
  readonly written: WrittenWorkflow;
  /** The tree that `written` was read from: same keys, same indexes. */
  readonly node: YamlNode;
  /** The tree of the file, with what is wrong. */
  readonly original: YamlNode;
}

/** Reads the map under `workflow`; null when nothing can be made of it. */
export const readShape = (workflow: YamlNode, at: Span, report: Report): ReadShape | null => {
  let node = withoutIdleKeys(workflow, report);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const parsed = writtenWorkflow.safeParse(toJson(node));
    if (parsed.success) return { written: parsed.data, node, original: workflow };
    const issues = parsed.error.issues.flatMap((issue) => flatten(issue));
    if (round === 0) for (const issue of issues) describe(issue, node, at, report);
    node = pruned(
      node,
      issues.map((issue) => issue.path),
    );
  }
  return null;
};

/** Each round takes away what is wrong; more are never needed by a file a person wrote. */
const MOST_ROUNDS = 8;

interface Issue {
  readonly path: Path;
  readonly issue: z.core.$ZodIssue;
}

/** A union's issue, or those of the one branch that has the right kind of value. */
const flatten = (issue: z.core.$ZodIssue, base: Path = []): readonly Issue[] => {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.filter((issues) => issues.every((one) => one.path.length > 0));
    const [only] = inner;
    if (inner.length === 1 && only !== undefined) return only.flatMap((one) => flatten(one, path));
  }
  return [{ path, issue }];
};

const describe = ({ path, issue }: Issue, root: YamlNode, at: Span, report: Report): void => {
  const node = nodeAt(root, path);
  const key = String(path.at(-1) ?? 'workflow');
  if (node === null) {
    const parent = nodeAt(root, path.slice(0, -1));
    const span = path.length > 1 && parent !== null ? parent.span : at;
    const of = path.length > 1 ? nameOf(parent) : 'The workflow';
    report.add('DEF102', span, `${of} has no ${key}`, { hint: `add ${key}:` });
    return;
  }
  const code: DefinitionCode = isDurationIssue(issue) ? 'DEF103' : 'DEF101';
  if (issue.code === 'invalid_value') {
    const words = issue.values.map(String);
    const given = node.type === 'scalar' ? String(node.value) : kindOf(node);
    const message = `"${given}" is not one of ${words.join(', ')}`;
    report.unknown('DEF104', node.span, message, given, words);
  } else if (issue.code === 'invalid_type') {
    const message = `${key} should be ${NOUNS[issue.expected] ?? issue.expected}, not ${kindOf(node)}`;
    report.add(code, node.span, message, hintFor(issue.expected, node));
  } else if (code === 'DEF103') {
    report.add(code, node.span, `${key}: ${issue.message}`);
  } else {
    report.add(code, node.span, `${key}: ${issue.message}, found ${kindOf(node)}`);
  }
};

const isDurationIssue = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params?.['code'] === 'DEF103';

const hintFor = (expected: string, node: YamlNode): { readonly hint: string } | undefined =>
  expected === 'string' && node.type === 'scalar' && node.value !== null
    ? { hint: `put it in quotes: "${String(node.value)}"` }
    : undefined;

const nameOf = (node: YamlNode | null): string => {
  const id = entryOf(node, 'id')?.value;
  return id?.type === 'scalar' && id.value !== null ? `"${String(id.value)}"` : 'This entry';
};

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** What a node is, for messages. */
const kindOf = (node: YamlNode): string => {
  if (node.type !== 'scalar') return node.type === 'list' ? 'a list' : 'a map';
  if (node.value === null) return 'nothing';
  if (typeof node.value === 'string') return 'a text';
  return typeof node.value === 'number' ? 'a number' : 'true or false';
};
