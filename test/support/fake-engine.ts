/** An Engine that does what a test says, and remembers what it was asked. */
import { definition as plainDefinition } from './definition.ts';
import { iso, viewWith } from './run-view.ts';
import type { WorkflowDefinition, InputDefinition } from '../../src/engine/definition.ts';
import type { RecordedEvent, RunEvent } from '../../src/engine/events.ts';
import { toRunId } from '../../src/engine/ids.ts';
import type { RunStatus } from '../../src/engine/state.ts';
import type { RunView } from '../../src/engine/view.types.ts';
import type {
  Engine,
  OperatorCommand,
  OperatorResult,
  RunChange,
  StartRequest,
  StartResult,
} from '../../src/runtime/engine.ts';
import type { Clock } from '../../src/lib/clock.ts';

export interface FakeEngine extends Engine {
  readonly started: readonly StartRequest[];
  readonly operated: readonly OperatorCommand[];
  readonly recorded: readonly { readonly run: string; readonly key: string }[];
  /** Puts a run into memory without telling anybody: it was there before. */
  hold(view: RunView): void;
  /** What `events` gives for the run. */
  happened(run: string, events: readonly RecordedEvent[]): void;
  /** Changes a run and tells the listeners; `event` says what kind of change it is. */
  change(run: string, parts: Partial<RunView>, event?: RunEvent): RunView;
  /** The answer to the next start instead of a new run. */
  nextStart(result: StartResult | Error): void;
  /** The answer to the next command instead of done. */
  nextOperate(result: OperatorResult): void;
  now(run: string): RunView;
}

export const inputWith = (name: string, parts: Partial<InputDefinition> = {}): InputDefinition => ({
  name,
  required: false,
  type: 'string',
  description: null,
  default: null,
  enum: null,
  pattern: null,
  secret: false,
  ...parts,
});

export const definitionWith = (parts: Partial<WorkflowDefinition> = {}): WorkflowDefinition =>
  plainDefinition({
    id: 'inventory-validation-v1',
    name: 'Inventory validation',
    description: 'Checks a folder against the policy',
    input: [
      inputWith('target_folder', { required: true, type: 'path' }),
      inputWith('strict_mode', { type: 'boolean', default: false }),
      inputWith('validation_level', { enum: ['minimal', 'standard'], default: 'standard' }),
    ],
    tasks: [],
    ...parts,
  });

/** Anything that is not mere progress. */
export const stateEvent: RunEvent = { type: 'RunResumed', by: someone(), note: null };

export const progressEvent: RunEvent = {
  type: 'TaskProgressed',
  task: 'scan',
  attempt: 1,
  percent: 40,
  message: '',
};

function someone(): { id: string; name: string; level: null; groups: readonly string[] } {
  return { id: 'user:1', name: 'Arc', level: null, groups: [] };
}

export const createFakeEngine = (options: {
  readonly clock: Clock;
  readonly definitions?: readonly WorkflowDefinition[];
  readonly forbidden?: readonly string[];
}): FakeEngine => {
  const { clock } = options;
  const definitions = options.definitions ?? [definitionWith()];
  const views = new Map<string, RunView>();
  const keys = new Map<string, string>();
  const histories = new Map<string, readonly RecordedEvent[]>();
  const listeners = new Set<(change: RunChange) => void>();
  const started: StartRequest[] = [];
  const operated: OperatorCommand[] = [];
  const recorded: { readonly run: string; readonly key: string }[] = [];
  const starts: (StartResult | Error)[] = [];
  const results: OperatorResult[] = [];
  const entries = definitions.map((definition) => ({ definition, sha256: '0', file: 'w.yaml' }));

  const get = (run: string): RunView => {
    const view = views.get(run);
    if (view === undefined) throw new Error(`The fake engine has no run ${run}`);
    return view;
  };

  const change: FakeEngine['change'] = (run, parts, event = stateEvent) => {
    const view = { ...get(run), ...parts, version: get(run).version + 1 };
    views.set(run, view);
    const id = toRunId(run);
    if (id === null) throw new Error(`${run} is no run id`);
    const record = { seq: view.version, run: id, version: view.version, index: 0 };
    const events = [{ ...record, at: clock.now(), cause: 'test', event }];
    for (const listener of listeners) listener({ view, events });
    return view;
  };

  return {
    started,
    operated,
    recorded,
    happened: (run, history) => void histories.set(run, history),
    hold: (view) => void views.set(view.run, view),
    change,
    nextStart: (result) => void starts.push(result),
    nextOperate: (result) => void results.push(result),
    now: get,
    async start(request) {
      started.push(request);
      const next = starts.shift();
      if (next instanceof Error) throw next;
      if (next !== undefined) return next;
      const known = request.key === null ? undefined : keys.get(request.key);
      if (known !== undefined) return { type: 'started', view: get(known), duplicate: true };
      const number = views.size + 1;
      const run = `wf-${clock.now()}-${String(number).padStart(9, '0')}`;
      if (request.key !== null) keys.set(request.key, run);
      const view = viewWith({
        run,
        handle: `RUN${number}`,
        origin: request.origin,
        created_at: iso(clock.now()),
        started_by: request.by.name,
        requester: `user:${request.by.user}`,
      });
      views.set(run, view);
      return { type: 'started', view: change(run, {}), duplicate: false };
    },
    async operate(command) {
      operated.push(command);
      const next = results.shift();
      if (next !== undefined) return next;
      const view = get(command.run);
      return { type: 'done', changed: true, view, runAgain: [], kept: [] };
    },
    async recordMessage(run, key, ref) {
      recorded.push({ run, key });
      const messages = { ...get(run).messages, [key]: ref };
      change(run, { messages }, { type: 'MessageRecorded', key, ref });
    },
    view: (run) => Promise.resolve(views.get(run) ?? null),
    why: (run) =>
      Promise.resolve({ schema: 'why/1', run, status: get(run).status, waiting: [], tasks: [] }),
    async list({ limit, status }) {
      return [...views.values()]
        .filter((view) => status === undefined || status.includes(view.status))
        .map((view) => ({ ...view, workflow: view.workflow.id }))
        .slice(0, limit);
    },
    async counts() {
      const counts = new Map<RunStatus, number>();
      for (const { status } of views.values()) counts.set(status, (counts.get(status) ?? 0) + 1);
      return counts;
    },
    live: () => [...views.values()],
    async resolve(reference) {
      const found = [...views.values()].filter((view) =>
        view.handle.toLowerCase().startsWith(reference.toLowerCase()),
      );
      const [first] = found;
      if (first === undefined) return { type: 'unknown', suggestions: [] };
      return found.length === 1
        ? { type: 'found', run: first.run }
        : { type: 'ambiguous', candidates: found.map((v) => ({ ...v, workflow: v.workflow.id })) };
    },
    events: (run) => Promise.resolve(histories.get(run) ?? []),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    definitions: {
      list: () => Promise.resolve(entries),
      find: (id) =>
        Promise.resolve(
          entries.find((entry) => entry.definition.id.toLowerCase() === id.toLowerCase()) ?? null,
        ),
      problems: () => Promise.resolve([]),
    },
    mayStart: (workflow) =>
      Promise.resolve(
        options.forbidden?.includes(workflow) === true
          ? { type: 'rejected', kind: 'refused', code: 'NOT_ALLOWED', message: 'no', hint: null }
          : null,
      ),
  };
};
