/** Events as lines of a log for people. */
import { cut } from '../lib/cut.ts';
import { joinLogs, JOURNALED } from '../engine/attempt-log.ts';
import type { LogLimits } from '../engine/attempt-log.ts';
import type { RecordedEvent, RunEvent } from '../engine/events.ts';

/**
 * Such as `14:20:07 scan failed (attempt 2): TimeoutError: …`. Times are UTC. One line for an event,
 * but for what an agent said: a line for each of its own, within `limits`.
 */
export const eventLines = (
  { event, at }: RecordedEvent,
  limits: LogLimits = JOURNALED,
): readonly string[] =>
  event.type === 'TaskLogged'
    ? loggedLines(event, at, limits)
    : [`${timeOf(at)} ${describe(event)}`];

/** The last lines that fit into a message: at most `most`, and `characters` in all. */
export const lastLines = (
  events: readonly RecordedEvent[],
  { most, characters }: { readonly most: number; readonly characters: number },
): readonly string[] => {
  const lines = events
    .filter(isTelling)
    .slice(-most)
    .flatMap((event) => eventLines(event, IN_MESSAGE))
    .slice(-most);
  let left = characters;
  const first = lines.findLastIndex((line) => (left -= line.length + 1) < 0);
  return lines.slice(first + 1);
};

/** Of one attempt, so that a chatty one leaves room for what became of it. */
const IN_MESSAGE: LogLimits = { lines: 5, characters: 600, line: 200 };

/** True for events that tell people something. */
export const isTelling = (recorded: RecordedEvent): boolean =>
  recorded.event.type !== 'MessageRecorded';

const loggedLines = (
  { task, ...said }: Extract<RunEvent, { readonly type: 'TaskLogged' }>,
  at: number,
  limits: LogLimits,
): readonly string[] => {
  const { lines, dropped } = joinLogs([said], limits) ?? { lines: [], dropped: 0 };
  const left = dropped === 0 ? [] : [`${timeOf(at)} ${task} … ${dropped} more lines`];
  return [
    ...left,
    ...lines.map(
      (line) =>
        `${timeOf(line.at ?? at)} ${task} ${line.level}: ${line.message.replace(/\s+/gu, ' ')}`,
    ),
  ];
};

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 19);

const describe = (event: RunEvent): string => {
  switch (event.type) {
    case 'RunStarted':
      return `started by ${event.by.name}: ${event.definition.id} ${event.handle}`;
    case 'TaskDispatched':
      return `${event.task} given to ${event.agent} (attempt ${event.attempt})`;
    case 'TaskProgressed':
      return `${event.task} ${event.percent === null ? '' : `${event.percent} % `}${cut(event.message, 120)}`;
    case 'AttemptFailed':
      return `${event.task} attempt ${event.attempt} ${event.status.toLowerCase()}: ${error(event.error)}`;
    case 'RetryScheduled':
      return `${event.task} is tried again (attempt ${event.attempt})`;
    case 'TaskFailed':
      return `${event.task} ${event.status.toLowerCase()}: ${error(event.error)}`;
    case 'TaskSkipped':
      return `${event.task} skipped: ${cut(event.reason, 160)}`;
    case 'TaskCancelled':
      return `${event.task} cancelled: ${cut(event.reason, 160)}`;
    case 'OptionChosen':
      return `${event.task}: ${event.by.name} chose ${event.option}${note(event.note)}`;
    case 'ApprovalExpired':
      return `${event.task} expired: ${event.action}`;
    case 'AnswerIgnored':
      return `answer ignored (${event.cause}): ${cut(event.detail, 160)}`;
    case 'AlertRaised':
      return `alert ${event.action}: ${cut(event.detail, 160)}`;
    case 'WarningRaised':
      return `warning: ${cut(event.message, 200)}`;
    case 'RunPaused':
    case 'RunResumed':
      return `${event.type === 'RunPaused' ? 'paused' : 'resumed'} by ${event.by.name}${note(event.note)}`;
    case 'GenerationStarted':
      return `${event.kind} by ${event.by.name}: ${event.runAgain.join(', ')}`;
    case 'RunEnded':
      return `ended ${event.status}${event.reason === null ? '' : `: ${cut(event.reason, 200)}`}`;
    default:
      return `${words(event.type)}${'task' in event && event.task !== null ? ` ${event.task}` : ''}`;
  }
};

const error = (failure: { readonly type: string; readonly message: string }): string =>
  `${failure.type}: ${cut(failure.message, 200)}`;

const note = (text: string | null): string => (text === null ? '' : ` "${cut(text, 120)}"`);

const words = (type: string): string =>
  type.replace(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
