/** A word that is neither a verb nor a workflow: what was probably meant. */
import { mistakeAt, mistakeReply } from './mistake.ts';
import { suggest } from '../grammar/suggest.ts';
import type { CommandRequest, Reply } from './command.ts';
import type { Word } from '../grammar/command/model.ts';
import type { Engine, Identity } from '../src/runtime/engine.ts';

/** The mistake, with suggestions among what the person may use. `verbs` are tried too. */
export const unknownName = async (
  request: CommandRequest,
  word: Word,
  kind: 'workflow' | 'command',
  verbs: readonly string[] = [],
): Promise<Reply> => {
  const workflows = await usableWorkflows(request.engine, request.identity);
  const near = suggest(word.text, [...workflows, ...verbs], 3);
  const [best] = near;
  const what = kind === 'workflow' ? 'a workflow' : 'a command or a workflow';
  return mistakeReply(request.line, [
    mistakeAt('CMD201', word.span, `"${word.text}" is not ${what}`, {
      hint:
        best === undefined ? `${request.prefix} help shows what there is` : `did you mean ${best}?`,
      expected: near,
      replacement: near.length === 1 ? (best ?? null) : null,
    }),
  ]);
};

/** Ids of the workflows that the person may start. */
export const usableWorkflows = async (
  engine: Pick<Engine, 'definitions' | 'mayStart'>,
  identity: Identity,
): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const { definition } of await engine.definitions.list()) {
    if ((await engine.mayStart(definition.id, identity)) === null) ids.push(definition.id);
  }
  return ids;
};
