/** The Engine port on the kernel: what faces call. Rules live in `engine/`; nothing here decides. */
import { systemActor, type Actor } from '../engine/actor.ts';
import type { Rejection, RunCommand } from '../engine/commands.ts';
import type { RunEvent } from '../engine/events.ts';
import { toRunId } from '../engine/ids.ts';
import { refuseStart } from '../engine/permissions.ts';
import { viewOf } from '../engine/view.ts';
import type { RunView } from '../engine/view.types.ts';
import { whyOf } from '../engine/why.ts';
import type { ArchiveEntry, Journal } from '../journal/journal.ts';
import type { Clock } from '../lib/clock.ts';
import { actorOf } from './authority.ts';
import type { DefinitionCatalog, Engine, Identity, RunChange, StartResult } from './engine.ts';
import { resolveReference } from './handles.ts';
import { foldRun, recordedEvents, type CommittedRun } from './fold.ts';
import type { Dispatched, Kernel } from './kernel.ts';
import type { Entropy, Levels, Workspace } from './ports.ts';
import { operateOn } from './operate.ts';
import { listedParked } from './parked.ts';
import { countsOf, linesOf, listedEntry, listedRun, type ListedRun } from './run-list.ts';
import type { Secrets } from './secrets.ts';
import { asShown } from './shown.ts';
import { startRun, unknownWorkflow, type StartOptions } from './start.ts';

export interface EnginePortOptions {
  readonly kernel: Kernel;
  /** Brings archived runs back first. */
  readonly dispatch: (command: RunCommand) => Promise<Dispatched>;
  readonly journal: Journal<RunEvent>;
  /** Out of the kernel and not yet in the archive. */
  readonly leaving: ReadonlyMap<string, ArchiveEntry>;
  readonly keys: StartOptions['keys'];
  readonly gate: StartOptions['gate'];
  readonly listeners: Set<(change: RunChange) => void>;
  readonly newHandle: () => string;
  readonly catalog: DefinitionCatalog;
  readonly workspace: Workspace;
  readonly levels: () => Levels;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly secrets: Pick<Secrets, 'seal' | 'inherited' | 'forget' | 'missing'>;
}

export const createEnginePort = (options: EnginePortOptions): Engine => {
  const { kernel, catalog } = options;
  const { archived } = options.journal;
  const starting: StartOptions = {
    ...options,
    async cancel(run, note) {
      const open = kernel.committed(run)?.state.ended === null;
      if (open) await options.dispatch({ type: 'CancelRun', run, actor: systemActor, note });
    },
  };
  const actor = (identity: Identity): Actor => actorOf(identity, options.levels());

  const load = async (run: string): Promise<CommittedRun | null> => {
    const id = toRunId(run);
    if (id === null) return null;
    const parked = kernel.quarantined().get(id);
    if (parked !== undefined) throw new RunParkedError(id, parked);
    return kernel.committed(id) ?? foldRun(await options.journal.read(id));
  };

  function* here(): Generator<ListedRun> {
    for (const run of kernel.live()) yield listedRun(run);
    for (const run of kernel.parked()) yield listedParked(run);
    for (const entry of options.leaving.values()) yield listedEntry(entry);
  }

  const operate: Engine['operate'] = async (command, by, { dryRun = false } = {}) => {
    const found = await load(command.run);
    if (found === null) return unknownRun(command.run);
    const { workspace, secrets, dispatch, clock, entropy } = options;
    const context = () => ({ now: clock.now(), entropy: entropy(), freeSlots: {} });
    const around = { catalog, workspace, secrets, dispatch, context, dryRun };
    return operateOn(found, command, actor(by), around);
  };

  return {
    async start(request) {
      const started = await startRun(request, actor(request.by), starting);
      if (started.type !== 'started') return started;
      const run = await load(started.run);
      if (run === null) throw new Error(`Run ${started.run} was started but cannot be read back`);
      return startedAs(run, started.duplicate);
    },
    operate,
    async recordMessage(run, key, ref) {
      const id = toRunId(run);
      if (id === null) throw new Error(`"${run}" is no run id`);
      const who = { id: 'system', name: 'chat', level: null, groups: [] } as const;
      await options.dispatch({ type: 'RecordMessage', run: id, actor: who, key, ref });
    },
    async view(run) {
      const found = await load(run);
      return found === null ? null : viewOfRun(found);
    },
    async why(run) {
      const found = await load(run);
      return found === null ? null : whyOf(found.state);
    },
    list: async (filter) => linesOf({ here: here(), archived }, filter),
    counts: async () => countsOf(here(), archived.counts()),
    live: () => [...kernel.live()].map(viewOfRun),
    resolve: async (reference) => resolveReference(reference, [...here()], archived),
    async events(run) {
      return (await options.journal.read(run)).flatMap(recordedEvents).map(asShown);
    },
    subscribe(listener) {
      options.listeners.add(listener);
      return () => void options.listeners.delete(listener);
    },
    definitions: catalog,
    async mayStart(workflow, by) {
      const entry = await catalog.find(workflow, null);
      if (entry === null) return unknownWorkflow({ workflow, version: null }, catalog);
      return refuseStart(entry.definition, actor(by));
    },
  };
};

/** A view is made for who looks at it: programs that start thousands of runs do not. */
const startedAs = (run: CommittedRun, duplicate: boolean): StartResult => {
  let view: RunView | null = null;
  return {
    type: 'started',
    get view() {
      return (view ??= viewOfRun(run));
    },
    duplicate,
  };
};

const viewOfRun = ({ state, version }: CommittedRun): RunView => viewOf(state, { version });

const unknownRun = (run: string): Rejection => ({
  type: 'rejected',
  kind: 'not_found',
  code: 'RUN_UNKNOWN',
  message: `No run is called ${run}`,
  hint: 'list shows the runs there are',
});

/** A run that is left alone was asked for. */
class RunParkedError extends Error {
  override readonly name = 'RunParkedError';
  readonly code = 'RUN_QUARANTINED';

  constructor(run: string, why: string) {
    super(`Run ${run} is parked: ${why}. The other runs go on`);
  }
}
