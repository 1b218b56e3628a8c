/**
 * `.3ox/agents.yaml`: the agents of a station that are more than a name in `assigned_to`.
 * Every mistake is told at once, with its place and what was probably meant.
 */
import { createLineIndex } from '../definition/yaml/lines.ts';
import { parseYaml } from '../definition/yaml/parse.ts';
import { entryOf, nodeAt, toJson } from '../definition/yaml/tree.ts';
import type { YamlNode } from '../definition/yaml/tree.ts';
import { suggest } from '../../grammar/suggest.ts';
import type { Span } from '../../grammar/diagnostic.ts';
import { errorCode } from '../lib/atomic-file.ts';
import type { HostFiles } from '../lib/host/host.ts';
import { systemFiles } from '../lib/host/system-files.ts';
import { AGENT_KEYS, AGENT_KINDS, agentsFile } from './registry-schema.ts';
import type { AgentKind, RegisteredAgent } from './registry-schema.ts';

export type { RegisteredAgent } from './registry-schema.ts';

/** Agents by name, in the order of the file. */
export type AgentRegistry = ReadonlyMap<string, RegisteredAgent>;

/** A mistake in the file. */
export interface RegistryProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string | null;
}

/** The registry without what is wrong, and what is wrong. */
export interface ReadRegistry {
  readonly registry: AgentRegistry;
  readonly problems: readonly RegistryProblem[];
}

/** The file cannot be used; `problems` has every mistake in it. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  readonly code = 'REGISTRY_INVALID';
  readonly problems: readonly RegistryProblem[];

  constructor(problems: readonly RegistryProblem[]) {
    super(problems.map(registryProblemText).join('\n'));
    this.problems = problems;
  }
}

/**
 * The registry in `file`, for those who cannot do without it.
 * @throws RegistryError when there is any mistake in it.
 */
export const readRegistry = async (
  file: string,
  files: Pick<HostFiles, 'read'> = systemFiles,
): Promise<AgentRegistry> => {
  const { registry, problems } = await loadAgentRegistry(file, files);
  if (problems.length > 0) throw new RegistryError(problems);
  return registry;
};

/** Reads the registry in `file` as far as it can be used; where there is no file it is empty. */
export const loadAgentRegistry = async (
  file: string,
  files: Pick<HostFiles, 'read'> = systemFiles,
): Promise<ReadRegistry> => {
  try {
    const bytes = files.read(file);
    if (bytes === null) return { registry: new Map(), problems: [] };
    return parseAgentRegistry(bytes.toString('utf8'), file);
  } catch (error) {
    const message = `It cannot be read (${errorCode(error)})`;
    const problem = { file, line: 1, column: 1, message, hint: 'make it readable, or remove it' };
    return { registry: new Map(), problems: [problem] };
  }
};

/** One line for people: `file:line:column  message; hint`. */
export const registryProblemText = (problem: RegistryProblem): string => {
  const place = `${problem.file}:${problem.line}:${problem.column}`;
  return `${place}  ${problem.message}${problem.hint === null ? '' : `; ${problem.hint}`}`;
};

/** Reads the text of the file; `file` is its name for messages. */
export const parseAgentRegistry = (text: string, file: string): ReadRegistry => {
  const { root, problems: yamlProblems } = parseYaml(text);
  const position = createLineIndex(text);
  const problems: RegistryProblem[] = [];
  const registry = new Map<string, RegisteredAgent>();

  const report = (span: Span, message: string, hint: string | null = null): void => {
    const { line, column } = position(span);
    problems.push({ file, line, column, message, hint });
  };

  for (const problem of yamlProblems) report(problem.span, problem.message);
  if (root === null || problems.length > 0) return { registry, problems };
  const parsed = agentsFile.safeParse(toJson(root));
  if (parsed.success) {
    for (const agent of parsed.data) registry.set(agent.name, agent);
    return { registry, problems };
  }
  for (const issue of parsed.error.issues) {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const span = entryOf(nodeAt(root, path), key)?.keySpan ?? root.span;
        report(span, `The key "${key}" is not known here`, keyHint(key, root, path));
      }
    } else report(placeOf(root, path), sentence(issue.message, path));
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { registry, problems };
};

type Path = readonly (string | number)[];

/** The value at `path`, or what of the way to it exists. */
const placeOf = (root: YamlNode, path: Path): Span => {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const entry = entryOf(parent, String(path[length - 1]));
    const node = nodeAt(root, path.slice(0, length));
    if (length === path.length && node !== null) return node.span;
    if (entry !== null) return entry.keySpan;
  }
  return root.span;
};

const keyHint = (key: string, root: YamlNode, path: Path): string => {
  if (path.length === 0) return `did you mean agents?`;
  const kind = nodeAt(root, [...path, 'kind']);
  const known: readonly string[] =
    kind?.type === 'scalar' && isKind(kind.value) ? AGENT_KEYS[kind.value] : AGENT_KEYS.command;
  const [meant] = suggest(key, known);
  return meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
};

const isKind = (value: unknown): value is AgentKind => AGENT_KINDS.some((kind) => kind === value);

const sentence = (message: string, path: Path): string =>
  path.length === 0 ? message : `${path.slice(1).join('.') || String(path[0])}: ${message}`;
