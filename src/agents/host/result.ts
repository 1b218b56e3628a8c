/** What an attempt comes to, before it is written as an answer. */
import { errorMessage } from '../../lib/error-code.ts';
import type { Cover } from '../../engine/secrets.ts';
import type { Json } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import { toJson } from '../file-queue/yaml.ts';
import type { AgentAnswer } from '../queue.ts';

/** @throws AgentFailure when the output is no data, or too much of it. */
export const checkOutput = (output: unknown, most: number): Json => {
  const refuse = (why: string, cause?: unknown): AgentFailure =>
    new AgentFailure('AgentError', `The agent returned what cannot be sent: ${why}`, {
      retryable: false,
      cause,
    });
  let json: Json;
  try {
    json = toJson(output, most);
  } catch (error) {
    throw refuse(errorMessage(error), error);
  }
  const bytes = Buffer.byteLength(JSON.stringify(json));
  if (bytes > most) throw refuse(`it has ${bytes} bytes, ${most} are allowed`);
  return json;
};

type Result = AgentAnswer['result'];
type Failure = Extract<Result, { readonly type: 'failure' }>;

/** What the handler threw, as an answer. */
export const failureOf = (error: unknown): Failure => {
  const known = error instanceof AgentFailure;
  const message = errorMessage(error);
  return {
    type: 'failure',
    error: {
      type: known ? error.type : 'AgentError',
      message: message === '' ? 'the agent failed without a message' : message,
      // What nobody expected may pass; the definition's retry policy decides.
      retryable: known ? error.retryable : null,
      retryAfter: known ? error.retryAfter : null,
    },
    output: known ? error.payload : {},
  };
};

/** What the handler said when it was told to stop may show what it hung on. */
export const timedOut = (timeout: number, last: AgentAnswer['result'] | null): Failure => ({
  type: 'failure',
  error: {
    type: 'TimeoutError',
    message: [
      `the agent's own limit of ${timeout / 1_000} s in .3ox/agents.yaml was reached`,
      ...(last?.type === 'failure' ? [last.error.message] : []),
    ].join('\n'),
    retryable: null,
    retryAfter: null,
  },
  output: {},
});

/** The result without the secrets it repeats. */
export const covered = (
  result: AgentAnswer['result'],
  { text, json }: Cover,
): AgentAnswer['result'] => {
  switch (result.type) {
    case 'success':
      return { ...result, output: json(result.output) };
    case 'failure': {
      const { type, message } = result.error;
      const error = { ...result.error, type: text(type), message: text(message) };
      return { ...result, error, output: json(result.output) };
    }
    case 'deferred':
      return result;
  }
};
