/** Runs played through the embedded engine, which can be killed after any append. */
import type { WorkflowDefinition } from '../../src/engine/definition.ts';
import type { RunView } from '../../src/engine/view.types.ts';
import type { OperatorCommand } from '../../src/runtime/engine.ts';
import { createWorld, someone, type World, type WorldOptions } from './runtime.ts';

export type PlayOptions = Partial<Omit<WorldOptions, 'definitions'>>;

/** A world that can be killed after any append, and what happens in it. */
export const playOn = async (
  definitions: readonly WorkflowDefinition[],
  options: PlayOptions = {},
) => {
  let world: World = await createWorld({ definitions, ...options });
  let appended = 0;
  let killAfter = -1;
  let kills = 0;
  const watch = () => world.engine.subscribe(() => void (appended += 1));
  watch();

  const rest = async (): Promise<void> => {
    for (let turn = 0; turn < 400; turn += 1) {
      await Promise.resolve();
      if (appended < killAfter || killAfter < 0) continue;
      killAfter = -1;
      kills += 1;
      world = await world.restart();
      watch();
    }
    await world.clock.advance(0);
  };

  const views = () => world.engine.list({});
  const find = async (id: string): Promise<RunView> => {
    const line = (await views()).find(({ workflow: name }) => name === id);
    const view = line === undefined ? null : await world.engine.view(line.run);
    if (view === null) throw new Error(`there is no run of ${id}`);
    return view;
  };

  return {
    get world() {
      return world;
    },
    get appended() {
      return appended;
    },
    /** How often it was killed so far. */
    get kills() {
      return kills;
    },
    killAfter(count: number) {
      killAfter = count;
    },
    rest,
    find,
    async start(id: string) {
      const input = {};
      const request = { workflow: id, version: null, input, by: someone, key: 'k', origin: null };
      await world.engine.start(request);
      await rest();
    },
    async answer(task: string, ok = true) {
      const offer = world.queue.offered().find((one) => one.task === task);
      if (offer === undefined) throw new Error(`${task} is not on offer`);
      const { run, lease, attempt } = offer;
      const error = { type: 'AgentError', message: 'no', retryable: null, retryAfter: null };
      await world.queue.answer({
        run,
        task,
        lease,
        attempt,
        agent: 'AGENT',
        result: ok ? { type: 'success', output: { n: 7 } } : { type: 'failure', error, output: {} },
      });
      await rest();
    },
    async operate(command: OperatorCommand) {
      const result = await world.engine.operate(command, someone);
      await rest();
      return result;
    },
    offered: () => world.queue.offered().map(({ task }) => task),
    statuses: async () =>
      Object.fromEntries((await views()).map((line) => [line.workflow, line.status])),
  };
};
