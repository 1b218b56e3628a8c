/**
 * What a worker may ask of the bridge in the middle of a task: things that its language lacks, or
 * that only the bridge knows.
 */
import { realpathSync, statSync } from 'node:fs';
import { dump } from 'js-yaml';
import type { Json, JsonObject } from '../../lib/json.ts';
import { blankBanner } from '../../definition/yaml/banner.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';
import { readYaml, UnreadableError } from '../file-queue/yaml.ts';
import { createGlob } from '../inventory/glob.ts';
import { receiptGeneratorAgent } from '../inventory/receipt-generator.ts';

/** Answers one call. What it throws is the call's error. */
export type WorkerService = (params: JsonObject, context: AgentContext) => Promise<Json>;

/** Services by the name they are called by. */
export type WorkerServices = ReadonlyMap<string, WorkerService>;

/** The services of every worker; `limit` is how many bytes a YAML text may unfold into. */
export const workerServices = (limit: number): WorkerServices =>
  new Map<string, WorkerService>([
    ['parse_yaml', (params) => Promise.resolve(parseYaml(textOf(params, 'text'), limit))],
    [
      'write_yaml',
      (params) => Promise.resolve(dump(params['value'] ?? null, { noRefs: true, lineWidth: -1 })),
    ],
    ['read_path', (params, context) => context.paths.read(textOf(params, 'path'))],
    ['write_path', (params, context) => context.paths.write(textOf(params, 'path'))],
    ['match_patterns', (params) => Promise.resolve(matchPatterns(params))],
    ['real_paths', (params) => Promise.resolve(textsOf(params, 'paths').map(realPath))],
    // A receipt has one writer, whoever asks for it.
    ['write_receipt', (params, context) => receiptGeneratorAgent.handle(params, context)],
  ]);

const textOf = (params: JsonObject, key: string): string => {
  const value = params[key];
  if (typeof value === 'string') return value;
  throw new AgentFailure('AgentError', `The call needs a text ${key}`, { retryable: false });
};

const textsOf = (params: JsonObject, key: string): readonly string[] => {
  const value = params[key];
  if (isTexts(value)) return value;
  throw new AgentFailure('AgentError', `The call needs a list of texts ${key}`, {
    retryable: false,
  });
};

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** For each pattern, for each path, whether it matches. */
const matchPatterns = (params: JsonObject): Json => {
  const paths = textsOf(params, 'paths');
  return textsOf(params, 'patterns').map((pattern) => paths.map(createGlob(pattern)));
};

/** Where a path leads through all links, and whether that is a `file`, a `folder`, `other` or `gone`. */
const realPath = (path: string): JsonObject => {
  try {
    const stats = statSync(path);
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
    return { path: realpathSync(path), kind };
  } catch {
    return { path, kind: 'gone' };
  }
};

const parseYaml = (text: string, limit: number): Json => {
  try {
    return readYaml(Buffer.from(firstDocument(text)), limit);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    throw new AgentFailure('YamlError', `This is no YAML: ${error.message}`, { retryable: false });
  }
};

/**
 * The first document of a text: without the rune lines of 3OX documents, and for Markdown with
 * front matter only that, as the usual PowerShell module reads it.
 */
const firstDocument = (text: string): string => {
  const lines = blankBanner(text).split('\n');
  const start = lines.findIndex((line) => line.trim() !== '');
  if (lines[start]?.trimEnd() !== '---') return lines.join('\n');
  const end = lines.findIndex((line, at) => at > start && /^(?:---|\.\.\.)\s*$/u.test(line));
  return lines.slice(0, end === -1 ? undefined : end).join('\n');
};
