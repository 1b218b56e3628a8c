/** One task as the faces show it. */
import type { Json } from '../lib/json.ts';
import { isoTime } from '../lib/sirius.ts';
import type { AttemptLog } from './answers.ts';
import type { HumanTaskDefinition, TaskDefinition } from './definition.ts';
import { graphOf, groupOf } from './graph.ts';
import { isHeld } from './hold.ts';
import type { Mask } from './mask.ts';
import { numbersOf } from './numbers.ts';
import { ownerOf, placeOf, type OwnerDefinition, type Place } from './plan.ts';
import type { Row } from './row-summary.ts';
import type { Attempt, RunState, TaskState } from './state.ts';
import { errorText, fieldsOf, isFailed, isTerminal, isUnderWay } from './tasks.ts';
import type { AttemptView, TaskView } from './view.types.ts';
import { waitingFor } from './waiting-for.ts';

/** A row as it is shown; one that has ended is worked out once. */
export const taskView = (run: RunState, { definition, state: task }: Row, mask: Mask): TaskView => {
  const lasts = isTerminal(task) || isIdleItem(run, task);
  const known = lasts ? views.get(task) : undefined;
  if (known !== undefined && known.of === run.definition && known.input === run.input) {
    return known.view;
  }
  const view = viewNow(run, definition, task, mask);
  if (lasts) views.set(task, { of: run.definition, input: run.input, view });
  return view;
};

/** An item that waits for its turn, and not for its run's, looks the same until it begins or is cancelled. */
const isIdleItem = (run: RunState, task: TaskState): boolean =>
  task.status === 'PENDING' &&
  task.queuedAt === null &&
  run.status === 'RUNNING' &&
  !isHeld(run) &&
  placeOf(run.definition, task.id)?.steps.at(-1)?.owner.type === 'FOR_EACH';

/** What else a view depends on: the definition, and the input, whose secrets are masked. */
const views = new WeakMap<
  TaskState,
  {
    readonly of: RunState['definition'];
    readonly input: RunState['input'];
    readonly view: TaskView;
  }
>();

const viewNow = (
  run: RunState,
  definition: TaskDefinition,
  task: TaskState,
  mask: Mask,
): TaskView => {
  const last = task.attempts.at(-1);
  const place = placeOf(run.definition, task.id);
  const { graph, suffix } = groupOf(run.definition, task.id);
  const node = graph.nodes.get(task.id.slice(0, task.id.length - suffix.length));
  const reason = reasonOf(task);
  const { iteration = null, item_key: itemKey = null } = numbersOf(run, task.id);
  const before = new Set([...definition.dependsOn, ...(node?.needs ?? [])]);
  return {
    id: task.id,
    task: place?.task.id ?? definition.id,
    type: definition.type,
    name: definition.name,
    status: task.status,
    reason: reason === null ? null : mask.text(reason),
    skipped_by: task.status === 'SKIPPED' ? task.by : null,
    generation: task.generation,
    assigned_to: definition.type === 'SIMPLE' ? definition.executor.name : null,
    depends_on: [...before].map((id) => id + suffix),
    input: last === undefined ? null : mask.input(last.input),
    output: 'output' in task ? mask.value(task.output) : null,
    iteration: typeof iteration === 'number' ? iteration : null,
    item_key: typeof itemKey === 'string' ? mask.text(itemKey) : null,
    owner: place === null ? null : ownerOf(place),
    waiting_for: waitingFor(run, task),
    attempts: task.attempts.map((row) => attemptView(row, mask)),
    progress: isUnderWay(task) ? progressOf(last) : null,
    approval: definition.type === 'HUMAN' ? approvalOf(run, definition, task) : null,
    feedback:
      task.feedback === undefined || task.feedback === null ? null : mask.text(task.feedback),
    depth: (node?.depth ?? 0) + depthAround(run, place),
    chosen_case: definition.type === 'DECISION' ? caseOf(task) : null,
  };
};

/** How deep the owners of a row are nested, and one more for each. */
const depthAround = ({ definition }: RunState, place: Place | null): number => {
  const steps = place?.steps ?? [];
  let depth = 0;
  steps.forEach(({ owner }, index) => {
    const around = steps[index - 1]?.owner;
    const tasks = around === undefined ? definition.tasks : inGroup(around);
    depth += 1 + (graphOf({ tasks }).nodes.get(owner.id)?.depth ?? 0);
  });
  return depth;
};

/** The empty list is one and the same, because graphs are remembered by their lists. */
const inGroup = (owner: OwnerDefinition): readonly TaskDefinition[] =>
  owner.type === 'DO_WHILE' ? owner.members : NONE;

const NONE: readonly TaskDefinition[] = [];

const attemptView = (row: Attempt, mask: Mask): AttemptView => ({
  attempt: row.attempt,
  generation: row.generation,
  status: row.status,
  agent: row.agent,
  child: row.child?.run ?? null,
  dispatched_at: isoTime(row.dispatchedAt),
  claimed_at: isoOrNull(row.claimedAt),
  ended_at: isoOrNull(row.endedAt),
  log: row.log === null ? null : logView(row.log, mask),
  output: mask.value(row.output),
  error:
    row.error === null
      ? null
      : {
          type: row.error.type,
          message: mask.text(row.error.message),
          retryable: row.error.retryable,
        },
});

const logView = ({ lines, dropped }: AttemptLog, mask: Mask): AttemptView['log'] => ({
  lines: lines.map(({ level, message, at }) => ({
    level,
    message: mask.text(message),
    at: isoOrNull(at),
  })),
  dropped,
});

const isoOrNull = (at: number | null): string | null => (at === null ? null : isoTime(at));

const reasonOf = (task: TaskState): string | null => {
  if (isFailed(task)) return errorText(task.error);
  return 'reason' in task ? task.reason : null;
};

const progressOf = (row: Attempt | undefined): TaskView['progress'] =>
  row === undefined || row.progress === null
    ? null
    : { ...row.progress, at: isoTime(row.progress.at) };

const caseOf = (task: TaskState): string | null => {
  const taken: Json | undefined = 'output' in task ? fieldsOf(task.output)['case'] : undefined;
  return typeof taken === 'string' ? taken : null;
};

/** Those of the definition; else at half and at nine tenths of the time there is. */
const remindersOf = (
  requestedAt: number,
  expiresAt: number | null,
  after: readonly number[],
): readonly number[] => {
  const times =
    after.length > 0 || expiresAt === null
      ? after
      : [0.5, 0.9].map((part) => Math.round((expiresAt - requestedAt) * part));
  return times.map((ms) => requestedAt + ms).filter((at) => expiresAt === null || at < expiresAt);
};

const approvalOf = (
  run: RunState,
  { notification, optionDetails, reminders }: HumanTaskDefinition,
  task: TaskState,
): TaskView['approval'] => {
  if (task.status !== 'PENDING_APPROVAL') return null;
  const { options, quorum, expiresAt, requestedAt, votes } = task.approval;
  return {
    options,
    quorum,
    expires_at: isoOrNull(expiresAt),
    requested_at: isoTime(requestedAt),
    who: run.definition.permissions.whoCanApprove,
    votes: votes.map(({ by, option, note, at }) => ({
      by: by.name,
      option,
      note,
      at: isoTime(at),
    })),
    channels: notification.channels,
    urgency: notification.urgency,
    details: Object.fromEntries(
      Object.entries(optionDetails).map(([option, { description, backTo }]) => [
        option,
        { description, back_to: backTo },
      ]),
    ),
    reminders: remindersOf(requestedAt, expiresAt, reminders).map(isoTime),
  };
};
