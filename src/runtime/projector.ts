/** Commits turned into what people read outside: state file entries and audit lines. */
import { siriusDay } from '../lib/sirius.ts';
import type { Json } from '../lib/json.ts';
import type { AttemptLog } from '../engine/answers.ts';
import type { RecordedEvent } from '../engine/events.ts';
import type { RunView } from '../engine/view.types.ts';
import type { AuditLine } from './ports.ts';

/** A run's entry in `workflow.state.yaml`: the guide's fields first, then what it lacks. */
export const stateEntryOf = (view: RunView): Json => ({
  id: view.run,
  definition_id: view.workflow.id,
  status: view.status,
  input: view.input,
  tasks: Object.fromEntries(
    view.tasks.map((task) => [
      task.id,
      {
        status: task.status,
        attempts: task.attempts.length,
        output: task.output,
        reason: task.reason,
        assigned_to: task.assigned_to,
        waiting_for: task.waiting_for === null ? null : task.waiting_for.detail,
      },
    ]),
  ),
  created_at: siriusDay(Date.parse(view.created_at)),
  updated_at: siriusDay(Date.parse(view.updated_at)),
  handle: view.handle,
  version: view.workflow.version,
  reason: view.reason,
  started_by: view.started_by,
  generation: view.generation,
  progress: view.progress,
  receipt: view.receipt,
  created_at_iso: view.created_at,
  updated_at_iso: view.updated_at,
});

/** The audit trail's line for one event. Outputs stay in the journal; the line says what happened. */
export const auditLineOf = (recorded: RecordedEvent): AuditLine => ({
  seq: recorded.seq,
  index: recorded.index,
  at: recorded.at,
  text: [recorded.run, recorded.event.type, detailOf(recorded), `(${recorded.cause})`]
    .filter((part) => part !== '')
    .join(' '),
});

const detailOf = ({ event }: RecordedEvent): string => {
  const parts: string[] = [];
  if ('task' in event && event.task !== null) parts.push(event.task);
  if ('attempt' in event && event.attempt !== null) parts.push(`#${event.attempt}`);
  if ('agent' in event && event.agent !== null) parts.push(event.agent);
  if ('status' in event) parts.push(event.status);
  if ('error' in event && typeof event.error === 'object' && event.error !== null) {
    parts.push(`${event.error.type}: ${oneLine(event.error.message)}`);
  }
  if ('reason' in event && event.reason !== null) parts.push(oneLine(event.reason));
  if ('option' in event) parts.push(event.option);
  if (event.type === 'TaskLogged') parts.push(logText(event));
  if ('note' in event && event.note !== null) parts.push(`"${oneLine(event.note)}"`);
  return parts.join(' ');
};

/** A line of the log is one event: what was said stands in it one after the other. */
const logText = ({ lines, dropped }: AttemptLog): string =>
  [
    ...(dropped === 0 ? [] : [`(${dropped} lines are not kept)`]),
    ...lines.map(({ level, message }) => `[${level}] ${oneLine(message)}`),
  ].join(' ');

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();
