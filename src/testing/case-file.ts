/**
 * `<name>.test.yaml`: what a definition is expected to do. Owns its written form; a file that
 * cannot be used is told with the place of everything that is wrong.
 */
import { z } from 'zod';
import { parseDuration } from '../../grammar/duration.ts';
import { suggest } from '../../grammar/suggest.ts';
import { createLineIndex } from '../definition/yaml/lines.ts';
import { parseYaml } from '../definition/yaml/parse.ts';
import { nodeAt, toJson, type Path, type YamlNode } from '../definition/yaml/tree.ts';

const json = z.json();
const duration = z
  .union([z.string(), z.number()])
  .refine((value) => parseDuration(value) !== null, 'is no duration: write 90s, 5m or 1h30m');

const answer = z.union(
  [
    z.strictObject({ complete: json }),
    z.strictObject({
      fail: z.strictObject({
        type: z.string().optional(),
        message: z.string().optional(),
        retryable: z.boolean().nullish(),
        retry_after: duration.nullish(),
        output: json.optional(),
      }),
    }),
    z.strictObject({ defer: duration }),
    z.strictObject({ hang: z.literal(true) }),
  ],
  { error: 'is no answer: write complete: {…}, fail: {type, message}, defer: 5s or hang: true' },
);

const choice = z.union([
  z.string(),
  z.strictObject({ option: z.string(), note: z.string().optional(), by: z.string().optional() }),
]);

const signal = z.union([
  z.string(),
  z.strictObject({ name: z.string(), payload: json.optional() }),
]);

const listOf = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one), one.transform((value) => [value])]);

const expectation = z.strictObject({
  /** The run's status, or REFUSED when it must not start. */
  status: z.string().optional(),
  /** Text that the reason must contain. */
  reason: z.string().nullish(),
  /** A status, or the statuses of the task's attempts. */
  tasks: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  /** Values the run's output must have, by name. */
  output: z.record(z.string(), json).default({}),
  /** Paths that must have been written, or what they must hold (text, or YAML by name). */
  files: z.union([z.array(z.string()), z.record(z.string(), json)]).default([]),
  /** Pairs: the first has ended before the second begins. */
  order: z.array(z.tuple([z.string(), z.string()])).default([]),
  /** Status of the run's failure workflow. */
  failure_run: z.string().optional(),
});

const testCase = z.strictObject({
  name: z.string(),
  input: z.record(z.string(), json).default({}),
  answers: z.record(z.string(), listOf(answer)).default({}),
  approvals: z.record(z.string(), listOf(choice)).default({}),
  signals: z.array(signal).default([]),
  /** Steps of virtual time. Without it only waiting retries that have an answer are waited for. */
  advance: z.array(duration).nullish(),
  /** Files the station holds, text by path. */
  files: z.record(z.string(), z.string()).default({}),
  /** Paths that do not exist; every other one does. */
  missing: z.array(z.string()).default([]),
  expect: expectation,
});

const caseFile = z.strictObject({
  workflow: z.string(),
  version: z.int().min(1).optional(),
  cases: z.array(testCase).min(1, 'has no case'),
});

export type CaseFile = z.output<typeof caseFile>;
export type TestCase = CaseFile['cases'][number];
export type CaseAnswer = TestCase['answers'][string][number];

/** A file of cases, or everything that is wrong with it as `file:line:column  message` lines. */
export type ReadCases =
  | { readonly type: 'cases'; readonly cases: CaseFile }
  | { readonly type: 'wrong'; readonly problems: readonly string[] };

/** Reads the text of a file; `file` is its name for messages. */
export const parseCases = (text: string, file: string): ReadCases => {
  const { root, problems } = parseYaml(text);
  const position = createLineIndex(text);
  const at = (node: YamlNode | null): string => {
    const { line, column } = position(node?.span ?? { start: 0, end: 0 });
    return `${file}:${line}:${column}`;
  };
  if (root === null || problems.length > 0) {
    const lines = problems.map(({ span, message }) => {
      const { line, column } = position(span);
      return `${file}:${line}:${column}  ${message}`;
    });
    return {
      type: 'wrong',
      problems: lines.length > 0 ? lines : [`${file}:1:1  The file is empty; write workflow: <id>`],
    };
  }
  const parsed = caseFile.safeParse(toJson(root));
  if (parsed.success) return { type: 'cases', cases: parsed.data };
  return {
    type: 'wrong',
    problems: parsed.error.issues.map((issue) => {
      const path: Path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
      return `${at(nearest(root, path))}  ${wordsOf(issue, path)}`;
    }),
  };
};

/** The node at `path`, or the deepest one on the way to it. */
const nearest = (root: YamlNode, path: Path): YamlNode => {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== null) return node;
  }
  return root;
};

const KEYS = [
  ...Object.keys(caseFile.shape),
  ...Object.keys(testCase.shape),
  ...Object.keys(expectation.shape),
];

const wordsOf = (issue: z.core.$ZodIssue, path: Path): string => {
  const where = path.length === 0 ? 'the file' : path.join('.');
  if (issue.code !== 'unrecognized_keys') return `${where}: ${issue.message}`;
  const [near] = suggest(issue.keys[0] ?? '', KEYS, 1);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `${where}: the key ${issue.keys.join(', ')} is not known${hint}`;
};
