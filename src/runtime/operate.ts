/**
 * An operator's command on its way to the engine: what it needs from the catalog and the
 * station is looked up, then it is decided. A dry run decides on what is on disk and records nothing.
 */
import type { Actor } from '../engine/actor.ts';
import type {
  DecideContext,
  Decision,
  RerunRun,
  Rejection,
  RunCommand,
} from '../engine/commands.ts';
import { decide } from '../engine/decide.ts';
import type { RunEvent } from '../engine/events.ts';
import type { RunId } from '../engine/ids.ts';
import { resolveInputs } from '../engine/inputs.ts';
import type { RunState } from '../engine/state.ts';
import { viewOf } from '../engine/view.ts';
import { failedPreCheck } from './checks.ts';
import type {
  DefinitionCatalog,
  DefinitionEntry,
  OperatorCommand,
  OperatorResult,
} from './engine.ts';
import type { CommittedRun } from './fold.ts';
import type { Dispatched } from './kernel.ts';
import type { Workspace } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { preCheckRefusal, unknownWorkflow } from './start.ts';

export interface OperateOptions {
  readonly catalog: DefinitionCatalog;
  readonly workspace: Workspace;
  readonly secrets: Pick<Secrets, 'seal' | 'inherited' | 'forget'>;
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  readonly context: () => DecideContext;
}

export const operateOn = async (
  found: CommittedRun,
  command: OperatorCommand,
  actor: Actor,
  options: OperateOptions & { readonly dryRun: boolean },
): Promise<OperatorResult> => {
  const asked = await runCommandFor(command, found.state, actor, options);
  if (asked.type === 'rejected') return asked;
  const forget = async (): Promise<void> => {
    const seal = asked.type === 'RerunRun' ? asked.input?.seal : undefined;
    if (seal !== undefined) await options.secrets.forget(seal);
  };
  if (options.dryRun) {
    const decision: Decision = decide(asked, found.state, options.context());
    await forget();
    return decision.type === 'rejected'
      ? decision
      : { ...done(found, decision.events, found.state), changed: false };
  }
  const dispatched = await options.dispatch(asked);
  if (dispatched.type === 'rejected') {
    await forget();
    return dispatched;
  }
  const { commit } = dispatched;
  const events = commit.events.map(({ event }) => event);
  return done(commit, events, commit.state);
};

/** What runs again and what is kept is read from the events, so it is what really happens. */
const done = (
  run: CommittedRun,
  events: readonly RunEvent[],
  state: RunState,
): Extract<OperatorResult, { type: 'done' }> => {
  const gone = events.find((event) => event.type === 'GenerationStarted');
  const runAgain = gone?.runAgain ?? [];
  const again = new Set(runAgain);
  const ids = (gone?.definition ?? state.definition).tasks.map(({ id }) => id);
  return {
    type: 'done',
    changed: events.length > 0,
    view: viewOf(run.state, { version: run.version }),
    runAgain,
    kept: gone === undefined ? [] : ids.filter((id) => !again.has(id)),
  };
};

const runCommandFor = async (
  command: OperatorCommand,
  state: RunState,
  actor: Actor,
  options: OperateOptions,
): Promise<RunCommand | Rejection> => {
  const run: RunId = state.id;
  const { note } = command;
  switch (command.type) {
    case 'pause':
      return { type: 'PauseRun', run, actor, note };
    case 'resume':
      return { type: 'ResumeRun', run, actor, note };
    case 'cancel':
      return { type: 'CancelRun', run, actor, note, compensate: command.compensate === true };
    case 'retry':
      return { type: 'RetryRun', run, actor, note, fresh: command.fresh === true };
    case 'rerun': {
      const { task } = command;
      const change = await changeOfRun(command, state, options);
      return 'type' in change ? change : { type: 'RerunRun', run, actor, task, ...change, note };
    }
    case 'skip': {
      const { task, output } = command;
      return { type: 'SkipTask', run, actor, task, output, note };
    }
    case 'signal': {
      const { name, output: payload } = command;
      return { type: 'SignalRun', run, actor, name, payload, note };
    }
    case 'choose': {
      const { task, option } = command;
      return { type: 'ChooseOption', run, actor, task, option, note };
    }
  }
};

/** Today's definition and the new input, checked as for a start. */
const changeOfRun = async (
  command: Extract<OperatorCommand, { type: 'rerun' }>,
  state: RunState,
  { catalog, workspace, secrets }: OperateOptions,
): Promise<Pick<RerunRun, 'input' | 'latest'> | Rejection> => {
  // 1. The definition.
  let latest: Pick<DefinitionEntry, 'definition' | 'sha256'> | null = null;
  if (command.latest) {
    const { id } = state.definition;
    latest = await catalog.find(id, null);
    if (latest === null) return unknownWorkflow({ workflow: id, version: null }, catalog);
  }
  const definition = latest?.definition ?? state.definition;

  // 2. The input: what is given replaces what the run had; another definition reads that anew.
  if (command.input === null && latest === null) return { input: null, latest: null };
  const before = Object.entries(state.input).filter(([name]) => !state.defaulted.includes(name));
  const given =
    command.input ??
    Object.fromEntries(before.map(([name, value]) => [name, { type: 'value' as const, value }]));
  const mode = command.input === null ? 'workflow' : 'person';
  const resolved = resolveInputs(definition, given, mode);
  if (!resolved.ok) {
    const [first] = resolved.problems;
    return {
      type: 'rejected',
      kind: 'usage',
      code: first?.code ?? 'INPUT_TYPE',
      message: resolved.problems.map(({ message }) => message).join('; '),
      hint: first?.hint ?? null,
    };
  }

  // 3. The station.
  const failed = await failedPreCheck(definition, resolved.input, workspace);
  if (failed !== null) return preCheckRefusal(definition, failed);

  // 4. The secrets: what is given anew has a seal of its own, what stays keeps the run's.
  const { input: values, defaulted } = resolved;
  const sealed =
    command.input === null
      ? { seal: secrets.inherited(state.seal, definition), input: values }
      : await secrets.seal(definition, values);
  const seal = sealed.seal === null || sealed.seal === state.seal ? {} : { seal: sealed.seal };
  return {
    input: { values: sealed.input, defaulted, ...seal },
    latest: latest === null ? null : { definition, sha256: latest.sha256 },
  };
};
