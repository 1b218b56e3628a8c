/**
 * Failure workflows: a run of their own, started after the failure is on disk. Whether it
 * starts is recorded with the failed run, whose status it never changes.
 */
import { systemActor } from '../engine/actor.ts';
import type { RunCommand } from '../engine/commands.ts';
import type { Effect } from '../engine/effects.ts';
import type { RunId } from '../engine/ids.ts';
import { resolveInputs } from '../engine/inputs.ts';
import type { RunState } from '../engine/state.ts';
import type { DefinitionCatalog, DefinitionEntry } from './engine.ts';
import type { Kernel } from './kernel.ts';
import type { Secrets } from './secrets.ts';

type StartFailureWorkflow = Extract<Effect, { type: 'StartFailureWorkflow' }>;
type Startable = Pick<DefinitionEntry, 'definition' | 'sha256'>;

export interface FailureRunsOptions {
  readonly kernel: Pick<Kernel, 'committed' | 'dispatch'>;
  readonly catalog: DefinitionCatalog;
  readonly isArchived: (run: RunId) => boolean;
  readonly newHandle: () => string;
  readonly secrets: Pick<Secrets, 'inherited'>;
}

export const createFailureRuns = (
  options: FailureRunsOptions,
): ((effect: StartFailureWorkflow) => Promise<void>) => {
  const { kernel } = options;

  /** Null when it runs, else why it cannot. */
  const start = async (failed: RunState, effect: StartFailureWorkflow): Promise<string | null> => {
    if (kernel.committed(effect.failureRun) !== null) return null;
    if (options.isArchived(effect.failureRun)) return null;
    const entry = await definitionFor(failed, options.catalog);
    if (typeof entry === 'string') return entry;
    const seal = options.secrets.inherited(failed.seal, entry.definition);
    const command = startCommand(failed, entry, effect, { handle: options.newHandle(), seal });
    if (typeof command === 'string') return command;
    const started = await kernel.dispatch(command);
    return started.type === 'rejected' ? started.message : null;
  };

  return async (effect) => {
    const failed = kernel.committed(effect.run)?.state;
    if (failed === undefined) return;
    const problem = await start(failed, effect);
    await kernel.dispatch({
      type: 'RecordEffect',
      run: effect.run,
      actor: systemActor,
      key: effect.key,
      outcome:
        problem === null ? { ok: true, value: effect.failureRun } : { ok: false, error: problem },
    });
  };
};

const definitionFor = async (
  failed: RunState,
  catalog: DefinitionCatalog,
): Promise<Startable | string> => {
  const workflow = failed.definition.failureWorkflow;
  if (workflow === null) return 'the definition names no failure workflow';
  if (workflow.kind === 'steps') return { definition: workflow.definition, sha256: failed.sha256 };
  const entry = await catalog.find(workflow.id, null);
  return entry ?? `failure workflow ${workflow.id} is not known, or its definition has errors`;
};

/** Typed inputs are filled in, undeclared ones kept. */
const startCommand = (
  failed: RunState,
  entry: Startable,
  effect: StartFailureWorkflow,
  own: { readonly handle: string; readonly seal: string | null },
): RunCommand | string => {
  const given = Object.fromEntries(
    Object.entries(effect.input).map(([name, value]) => [name, { type: 'value' as const, value }]),
  );
  const resolved = resolveInputs(entry.definition, given, 'workflow');
  if (!resolved.ok) return resolved.problems.map(({ message }) => message).join('; ');
  return {
    type: 'StartRun',
    run: effect.failureRun,
    actor: systemActor,
    ...own,
    definition: entry.definition,
    sha256: entry.sha256,
    input: resolved.input,
    defaulted: resolved.defaulted,
    key: `failure:${effect.failureRun}`,
    origin: failed.origin,
    failureOf: failed.id,
  };
};
