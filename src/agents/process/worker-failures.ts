/** Failures that are the worker's own, with the last lines it said. */
import type { JsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import type { ProcessEnd } from './line-process.ts';
import type { NotStarted } from './not-started.ts';

/** An AgentError whose message ends with the worker's last lines. */
export const failureWith = (
  message: string,
  retryable: boolean,
  lastLines: readonly string[],
  payload: JsonObject = {},
): AgentFailure =>
  new AgentFailure('AgentError', [message, ...lastLines].join('\n'), { retryable, payload });

/** A worker that ended by itself in the middle of a task. */
export const endFailure = (
  end: ProcessEnd,
  agent: string,
  explain: (end: NotStarted) => string,
  lastLines: readonly string[],
): AgentFailure => {
  const name = `${agent}'s worker`;
  switch (end.type) {
    case 'exited': {
      const message = `${name} ended with exit code ${end.code} in the middle of the task`;
      return failureWith(message, true, lastLines, { exit_code: end.code });
    }
    case 'killed':
      return failureWith(
        `${name} was ended by ${end.signal} in the middle of the task`,
        true,
        lastLines,
      );
    case 'not-started':
      return failureWith(explain(end), false, []);
  }
};
