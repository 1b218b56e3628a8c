/**
 * Text of an answer file, read as the guide's agents and ours write it, and written for ours.
 * Half a file can be valid YAML: what lacks its status or payload is "not yet", never "no".
 */
import { createHash } from 'node:crypto';
import type { AttemptLog } from '../../engine/answers.ts';
import { isJsonObject } from '../../lib/json.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { siriusDay } from '../../lib/sirius.ts';
import type { AgentAnswer } from '../queue.ts';
import { readAnswerLog, writeAnswerLog } from './answer-log.ts';
import { readDuration } from './duration.ts';
import { writeDocument } from './plain-document.ts';
import { readYaml, UnreadableError } from './yaml.ts';

/** What an answer file says, before it is known which attempt it is for. */
export interface ReadAnswer {
  /** Ids in the header, null when absent; compared with the file's name. */
  readonly run: string | null;
  readonly task: string | null;
  readonly attempt: number | null;
  readonly lease: string | null;
  readonly agent: string | null;
  /** `working`: `in_progress` without `callback_after`, a sign of life and no answer. */
  readonly result: AgentAnswer['result'] | { readonly type: 'working' };
  /** The payload key is there and says nothing: perhaps its value is still to come. */
  readonly bare: boolean;
  /** What the agent said besides, as it stands there. */
  readonly log: AttemptLog | null;
  /** SHA-256 of the file's bytes. */
  readonly sha256: string;
}

/**
 * Reads an answer file.
 * @throws UnreadableError when it is empty, cut short or not an answer.
 */
export const readAnswerFile = (bytes: Uint8Array, budget: number): ReadAnswer => {
  if (bytes.length === 0) throw new UnreadableError('it is empty');
  const document = readYaml(bytes, budget);
  const header = isJsonObject(document) ? document['header'] : undefined;
  if (!isJsonObject(document) || !isJsonObject(header)) {
    throw new UnreadableError('it has no header with a status');
  }
  const payload = document['payload'];
  return {
    run: text(header['workflow_id']),
    task: text(header['task_id']),
    attempt: count(header['attempt']),
    lease: text(header['lease']),
    agent: text(header['agent']),
    result: readResult(header, payload),
    bare: payload === null,
    log: readAnswerLog(header),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};

const readResult = (header: JsonObject, payload: Json | undefined): ReadAnswer['result'] => {
  const status = header['status'];
  switch (status) {
    case 'success':
      return { type: 'success', output: present(payload) };
    case 'failure':
      return { type: 'failure', error: readError(header['error']), output: present(payload) };
    case 'in_progress': {
      if (header['callback_after'] === undefined) return { type: 'working' };
      const after = readDuration(header['callback_after']);
      if (after === null) throw new UnreadableError('its callback_after is no duration such as 5s');
      return { type: 'deferred', after };
    }
    default:
      throw new UnreadableError(
        `its status is ${JSON.stringify(status ?? null)}, not success, failure or in_progress`,
      );
  }
};

const present = (payload: Json | undefined): Json => {
  if (payload === undefined) throw new UnreadableError('it has no payload');
  return payload;
};

type Failure = Extract<AgentAnswer['result'], { readonly type: 'failure' }>;

/** A failure without a type is an AgentError; without a message it says so. */
const readError = (value: Json | undefined): Failure['error'] => {
  const error = isJsonObject(value) ? value : {};
  const plain = typeof value === 'string' ? value : null;
  const retryable = error['retryable'];
  return {
    type: text(error['type']) ?? 'AgentError',
    message: plain ?? text(error['message']) ?? 'the agent reported a failure without a message',
    retryable: typeof retryable === 'boolean' ? retryable : null,
    retryAfter: readDuration(error['retry_after'] ?? null),
  };
};

/** What a progress file says. */
export interface ReadProgress {
  readonly percent: number | null;
  readonly message: string;
  readonly attempt: number | null;
  readonly lease: string | null;
}

/** Reads a progress file's document; whatever is missing or odd has its mildest meaning. */
export const readProgress = (document: Json): ReadProgress => {
  const value = isJsonObject(document) ? document : {};
  const percent = value['percent'];
  return {
    percent: typeof percent === 'number' ? Math.min(100, Math.max(0, percent)) : null,
    message: (text(value['message']) ?? '').slice(0, 1_000),
    attempt: count(value['attempt']),
    lease: text(value['lease']),
  };
};

/** An answer as our own agents write it: with attempt and lease, so that it can be read at once. */
export interface AnswerText {
  readonly run: string;
  readonly task: string;
  readonly attempt: number;
  readonly lease: string;
  readonly agent: string;
  readonly result: AgentAnswer['result'];
  readonly log: AttemptLog | null;
  /** The output or a reference to it. */
  readonly payload: Json;
}

/** The text of an answer file. */
export const writeAnswerFile = (answer: AnswerText, now: number): string => {
  const { result } = answer;
  const header = {
    sirius_time: siriusDay(now),
    workflow_id: answer.run,
    task_id: answer.task,
    agent: answer.agent,
    status: STATUS[result.type],
    attempt: answer.attempt,
    ...(answer.lease === '' ? {} : { lease: answer.lease }),
    ...(result.type === 'deferred' ? { callback_after: `${result.after}ms` } : {}),
    ...(result.type === 'failure' ? { error: writeError(result.error) } : {}),
    ...(answer.log === null ? {} : writeAnswerLog(answer.log)),
  };
  return writeDocument({ header, payload: answer.payload });
};

const STATUS = {
  success: 'success',
  failure: 'failure',
  deferred: 'in_progress',
} as const satisfies Record<AgentAnswer['result']['type'], string>;

const writeError = (error: Failure['error']): JsonObject => ({
  type: error.type,
  message: error.message,
  ...(error.retryable === null ? {} : { retryable: error.retryable }),
  ...(error.retryAfter === null ? {} : { retry_after: `${error.retryAfter}ms` }),
});

const text = (value: Json | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const count = (value: Json | undefined): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
