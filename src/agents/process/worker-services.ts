/**
 * What a worker may ask of the bridge in the middle of a task: things that its language lacks, or
 * that only the bridge knows.
 */
import { dump } from 'js-yaml';
import type { Json, JsonObject } from '../../lib/json.ts';
import { blankBanner } from '../../definition/yaml/banner.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';
import { readYaml, UnreadableError } from '../file-queue/yaml.ts';

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
  ]);

const textOf = (params: JsonObject, key: string): string => {
  const value = params[key];
  if (typeof value === 'string') return value;
  throw new AgentFailure('AgentError', `The call needs a text ${key}`, { retryable: false });
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
