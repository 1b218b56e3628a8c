/** Starting a run: on the live engine, or on one of our own that serves it to its end. */
import { randomUUID } from 'node:crypto';
import { parseStartTime } from '../engine/start-time.ts';
import type { GivenValue, OnDuplicate, StartRequest, StartResult } from '../runtime/engine.ts';
import type { Failure } from './failure-shape.ts';
import type { CliContext, OptionTable, Outcome } from './cli-command.ts';
import { EXIT } from './exit-codes.ts';
import { failure, failureOfRejection } from './failure.ts';
import { follow } from './follow.ts';
import { localIdentity } from './identity.ts';
import { openWriter, type Writer } from './writer.ts';

export const START_OPTIONS = {
  input: { type: 'string' },
  detach: { type: 'boolean', short: 'd' },
  'no-wait': { type: 'boolean' },
  at: { type: 'string' },
  'idempotency-key': { type: 'string' },
  'on-duplicate': { type: 'string' },
  version: { type: 'string' },
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
  const terms = termsOf(context);
  if (terms.type === 'failure') return terms;
  // Nobody waits here for a time that may be days away.
  const detached = context.flag('detach') || terms.more.notBefore !== undefined;
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
      version: terms.version ?? order.version,
      input: order.input,
      by: localIdentity(),
      key: terms.key ?? `cli:${randomUUID()}`,
      origin: { face: 'cli' },
      ...terms.more,
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

type Terms =
  | {
      readonly type: 'terms';
      readonly key: string | null;
      readonly version: number | null;
      readonly more: Pick<StartRequest, 'notBefore' | 'onDuplicate'>;
    }
  | Failure;

/** When, under which key and in which version, as the options say. */
const termsOf = (context: CliContext): Terms => {
  const at = context.text('at');
  const notBefore = at === null ? null : parseStartTime(at, Date.now());
  if (at !== null && notBefore === null) {
    return failure('OPTION_VALUE', `--at ${at} is no time`, {
      at: '--at',
      hint: 'write --at 2026-01-31T18:00Z, or --at 2h for two hours from now',
    });
  }
  const wanted = context.text('on-duplicate');
  const onDuplicate = DUPLICATES.find((known) => known === wanted);
  if (wanted !== null && onDuplicate === undefined) {
    return failure('OPTION_VALUE', `--on-duplicate ${wanted} does not exist`, {
      at: '--on-duplicate',
      hint: `use ${DUPLICATES.join(', ')}`,
    });
  }
  const written = context.text('version');
  if (written !== null && !/^[1-9]\d{0,8}$/u.test(written)) {
    return failure('OPTION_VALUE', `--version ${written} is no version`, {
      at: '--version',
      hint: 'write a whole number from 1',
    });
  }
  const key = context.text('idempotency-key');
  return {
    type: 'terms',
    key: key === null ? null : `key:${key}`,
    version: written === null ? null : Number(written),
    more: {
      ...(notBefore === null ? {} : { notBefore }),
      ...(onDuplicate === undefined ? {} : { onDuplicate }),
    },
  };
};

const DUPLICATES = [
  'return_existing',
  'reject',
  'replace',
] as const satisfies readonly OnDuplicate[];

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
