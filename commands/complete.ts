/** What Tab offers: verbs, workflows, keys, values, handles; only what the person may use. */
import { commands } from './index.ts';
import { usableWorkflows } from './unknown-name.ts';
import type { Command } from './command.ts';
import type { WorkflowDefinition } from '../src/engine/definition.ts';
import type { RunView } from '../src/engine/view.types.ts';
import type { Engine, Identity } from '../src/runtime/engine.ts';

export interface Completion {
  /** Offset in the line where the completed word begins. */
  readonly from: number;
  /** Whole words to put from there to the cursor. */
  readonly candidates: readonly string[];
}

export interface CompletionSources {
  readonly engine: Pick<Engine, 'definitions' | 'live' | 'mayStart'>;
  readonly identity: Identity;
  readonly prefix: string;
}

/** Completes the word before `cursor`. */
export const complete = async (
  line: string,
  cursor: number,
  sources: CompletionSources,
): Promise<Completion> => {
  const before = line.slice(0, cursor);
  const from = before.search(/\S*$/);
  const word = before.slice(from);
  const typed = before
    .slice(0, from)
    .split(/\s+/)
    .filter((part) => part !== '');
  const bare = typed[0] === sources.prefix ? typed.slice(1) : typed;
  const offered = await offers(bare, word, sources, typed.length === 0);
  const wanted = word.toLowerCase();
  const candidates = [...new Set(offered)].filter((one) => one.toLowerCase().startsWith(wanted));
  return { from, candidates };
};

const offers = async (
  words: readonly string[],
  word: string,
  sources: CompletionSources,
  first: boolean,
): Promise<readonly string[]> => {
  const { engine, identity, prefix } = sources;
  const [head, ...rest] = words;
  if (head === undefined) {
    const workflows = await usableWorkflows(engine, identity);
    const verbs = commands.map((command) => command.verb);
    return [...(first && word.startsWith('@') ? [prefix] : []), ...workflows, ...verbs];
  }
  const command = commands.find((one) => one.verb === head.toLowerCase());
  if (command === undefined) return inputsOf(head, rest, word, sources);
  if (command.verb === 'run' && rest[0] !== undefined) {
    return inputsOf(rest[0], rest.slice(1), word, sources);
  }
  return wordsOf(command, rest, sources);
};

const wordsOf = async (
  command: Command,
  rest: readonly string[],
  { engine, identity }: CompletionSources,
): Promise<readonly string[]> => {
  const keys = (command.keys ?? []).map((key) => `${key}=`);
  if (rest.length === 0) {
    if (command.completes === 'workflow') return usableWorkflows(engine, identity);
    if (command.completes === 'run') return [...handles(command, engine.live()), ...keys];
    return command.verb === 'help' ? commands.map((one) => one.verb) : keys;
  }
  const run = engine.live().find((view) => view.handle.toLowerCase() === rest[0]?.toLowerCase());
  return command.verb === 'choose' && run !== undefined ? [...optionsOf(run), ...keys] : keys;
};

/** Runs that the verb could be about. */
const handles = (command: Command, views: readonly RunView[]): readonly string[] =>
  views
    .filter((view) => !ANSWERS.has(command.verb) || optionsOf(view).length > 0)
    .map((view) => view.handle);

const ANSWERS: ReadonlySet<string> = new Set(['approve', 'reject', 'choose']);

const optionsOf = (view: RunView): readonly string[] =>
  view.tasks.flatMap((task) => task.approval?.options ?? []);

/** Keys not given yet; behind `key=`, the values it can have. */
const inputsOf = async (
  workflow: string,
  given: readonly string[],
  word: string,
  { engine }: CompletionSources,
): Promise<readonly string[]> => {
  const entry = await engine.definitions.find(workflow, null);
  if (entry === null) return [];
  const { input } = entry.definition;
  const key = /^([^=]+)=/.exec(word)?.[1];
  if (key !== undefined) return valuesOf(input, key).map((value) => `${key}=${value}`);
  const used = new Set(given.map((part) => part.split('=')[0]));
  return input.filter((one) => !used.has(one.name)).map((one) => `${one.name}=`);
};

const valuesOf = (input: WorkflowDefinition['input'], key: string): readonly string[] => {
  const definition = input.find((one) => one.name.toLowerCase() === key.toLowerCase());
  if (definition?.type === 'boolean') return ['true', 'false'];
  return (definition?.enum ?? []).map(String);
};
