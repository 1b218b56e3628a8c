/** Starting a run: on the live engine, or on one of our own that serves it to its end. */
import { randomUUID } from 'node:crypto';
import type { GivenValue, StartResult } from '../runtime/engine.ts';
import type { Failure } from './failure-shape.ts';
import type { CliContext, OptionTable, Outcome } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failureOfRejection } from './failure.ts';
import { follow } from './follow.ts';
import { localIdentity } from './identity.ts';
import { openWriter, type Writer } from './writer.ts';

export const START_OPTIONS = {
  input: { type: 'string' },
  detach: { type: 'boolean', short: 'd' },
  'no-wait': { type: 'boolean' },
} as const satisfies OptionTable;

export interface StartOrder {
  readonly workflow: string;
  readonly version: number | null;
  readonly input: Readonly<Record<string, GivenValue>>;
  /** Folders with definitions that only this start knows. */
  readonly workflowFolders?: readonly string[];
  /** Looks at the engine before it is asked. */
  readonly precheck?: (writer: Writer) => Promise<Failure | null>;
}

export const startRun = async (context: CliContext, order: StartOrder): Promise<Outcome> => {
  const { output } = context;
  const detached = context.flag('detach');
  const writer = await openWriter(context, {
    agents: detached ? 'none' : 'supervised',
    ...(order.workflowFolders === undefined ? {} : { workflowFolders: order.workflowFolders }),
  });
  let following = false;
  try {
    const refused = (await order.precheck?.(writer)) ?? null;
    if (refused !== null) return refused;
    const started = await writer.engine.start({
      workflow: order.workflow,
      version: order.version,
      input: order.input,
      by: localIdentity(),
      key: `cli:${randomUUID()}`,
      origin: { face: 'cli' },
    });
    if (started.type !== 'started') return failureOfStart(started);
    const { view, duplicate } = started;
    if (!detached) {
      if (!output.json) output.note(`${view.handle} ${view.workflow.id} started (${view.run})`);
      following = true;
      return await follow(context, writer, view.run);
    }
    const { run, handle, workflow } = view;
    if (output.json) output.value({ schema: 'started/1', run, handle, workflow, duplicate });
    else output.lines([`${handle} ${run}`]);
    if (writer.own) {
      output.note('No engine is running: the run goes on with workflow serve or npm start');
    }
    return EXIT.ok;
  } finally {
    if (!following) await writer.close();
  }
};

const failureOfStart = (problem: Exclude<StartResult, { type: 'started' }>): Failure => {
  if (problem.type === 'rejected') return failureOfRejection(problem);
  const [first, ...more] = problem.problems;
  return {
    type: 'failure',
    exit: EXIT.usage,
    code: first?.code ?? 'INPUT_INVALID',
    message: problem.problems.map(({ message }) => message).join('\n'),
    hint: [first, ...more].map((one) => one?.hint ?? null).find((hint) => hint !== null) ?? null,
    at: first?.input ?? null,
  };
};
