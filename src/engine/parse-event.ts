import { isJsonObject } from '../lib/json.ts';
import type { EventType, RunEvent } from './events.ts';
import { upgraded } from './upgrade.ts';

/**
 * An event read back from the journal. Records carry checksums, so only what kind of event
 * it is needs looking at: a type this version does not know comes from a newer one, and one
 * from an older version is made complete.
 * @throws UnknownEventError
 */
export const parseRunEvent = (value: unknown): RunEvent => {
  if (isRunEvent(value)) return upgraded(value);
  throw new UnknownEventError(value);
};

/** The journal holds an event that this version cannot read. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  readonly code = 'ENGINE_EVENT_UNKNOWN';
  constructor(value: unknown) {
    const type = isJsonObject(value) ? JSON.stringify(value['type']) : typeof value;
    super(
      `The journal holds an event of type ${type}, which this version does not know; start the version that wrote it, or a newer one`,
    );
  }
}

const isRunEvent = (value: unknown): value is RunEvent =>
  isJsonObject(value) && typeof value['type'] === 'string' && Object.hasOwn(TYPES, value['type']);

/** Every type of event there has ever been. */
export const eventTypes = (): readonly string[] => Object.keys(TYPES);

const TYPES = {
  RunStarted: true,
  RunReleased: true,
  TaskQueued: true,
  TaskDispatched: true,
  TaskClaimed: true,
  TaskProgressed: true,
  TaskLogged: true,
  TaskDeferred: true,
  TaskOffered: true,
  AttemptFailed: true,
  AttemptCancelled: true,
  ChildFollowed: true,
  RetryScheduled: true,
  TaskCompleted: true,
  TaskCompletedWithErrors: true,
  TaskFailed: true,
  TaskSkipped: true,
  TaskCancelled: true,
  ApprovalRequested: true,
  OptionChosen: true,
  ApprovalExpired: true,
  ItemsResolved: true,
  ItemsCancelled: true,
  IterationStarted: true,
  TaskContinued: true,
  WaitStarted: true,
  SignalReceived: true,
  SignalTaken: true,
  VariablesSet: true,
  AnswerIgnored: true,
  FileRequested: true,
  ChecksRequested: true,
  EffectRecorded: true,
  AlertRaised: true,
  WarningRaised: true,
  RunPaused: true,
  RunResumed: true,
  RunEnded: true,
  FailureWorkflowRequested: true,
  CompensationRequested: true,
  GenerationStarted: true,
  TaskSkipRequested: true,
  MessageRecorded: true,
} satisfies Record<EventType, true>;
