/**
 * Agents that are programs: the payload as JSON on stdin, one JSON value on stdout. An exit code
 * other than 0 is a failure, the one that stdout tells or one with the end of stderr as its
 * message; stderr is the task's log and its progress.
 */
import { join } from 'node:path';
import { parseExactJson } from '../../lib/exact-json.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext, BuiltinAgent } from '../agent.ts';
import type { RegisteredAgent } from '../registry.ts';
import { inputVariables } from './input-variables.ts';
import { startMessage } from './not-started.ts';
import { NO_REGISTER } from './programs.ts';
import type { ProgramRegister } from './programs.ts';
import { runProgram } from './run-program.ts';
import type { ProgramEnd } from './run-program.ts';
import { saidFailure, tellLine } from './said.ts';

/** An entry of kind `command`. */
export type CommandEntry = Extract<RegisteredAgent, { readonly kind: 'command' }>;

/** What programs get from their surroundings. */
export interface CommandAgentOptions {
  /** Absolute path of the station. */
  readonly station: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Most bytes of output. Default 16 MiB. */
  readonly limit?: number;
  /** ms a program has to end itself once it is asked to. Default 3 s. */
  readonly grace?: number;
  /** Where programs are noted while they run. */
  readonly programs?: Pick<ProgramRegister, 'started'>;
}

/** Creates the agent of a `command` entry. */
export const createCommandAgent = (
  entry: CommandEntry,
  options: CommandAgentOptions,
): BuiltinAgent => ({
  name: entry.name,
  description: entry.description,
  concurrency: entry.concurrency ?? 1,
  async handle(payload, context) {
    const lastLines: string[] = [];
    const end = await runProgram({
      ...programOf(entry, options, context, payload),
      input: JSON.stringify(payload),
      limit: options.limit ?? 16 * 1024 * 1024,
      grace: options.grace ?? 3_000,
      signal: context.signal,
      programs: options.programs ?? NO_REGISTER,
      onLine(line) {
        lastLines.push(line);
        if (lastLines.length > KEPT_LINES) lastLines.shift();
        tellLine(line, context);
      },
    });
    return outputOf(end, entry, lastLines);
  },
});

const KEPT_LINES = 10;

const programOf = (
  entry: CommandEntry,
  options: CommandAgentOptions,
  context: AgentContext,
  payload: JsonObject,
) => {
  const [file = '', ...args] = entry.command;
  const { run, task, attempt, workflow } = context.identity;
  return {
    // Node is always there: the one that runs the agents.
    file: file === 'node' ? process.execPath : file,
    args,
    cwd: entry.cwd === null ? options.station : join(options.station, entry.cwd),
    env: {
      ...options.environment,
      ...inputVariables(payload),
      WORKFLOW_STATION: options.station,
      WORKFLOW_ID: workflow,
      WORKFLOW_RUN: run,
      WORKFLOW_TASK: task,
      WORKFLOW_ATTEMPT: String(attempt),
      ...entry.env,
    },
  };
};

const outputOf = (end: ProgramEnd, entry: CommandEntry, lastLines: readonly string[]): Json => {
  const name = entry.command[0] ?? '';
  if (end.type === 'exited' && end.code === 0) return parseOutput(end.output, name);
  throw failureOf(end, entry, name, lastLines);
};

const failureOf = (
  end: ProgramEnd,
  entry: CommandEntry,
  name: string,
  lastLines: readonly string[],
): AgentFailure => {
  const fail = (message: string, retryable: boolean, payload: JsonObject = {}): AgentFailure =>
    new AgentFailure('AgentError', message, { retryable, payload });
  switch (end.type) {
    case 'exited': {
      const said = saidFailure(end.output);
      if (said !== null) return said;
      const message = [`${name} ended with exit code ${end.code}`, ...lastLines].join('\n');
      return fail(message, true, { exit_code: end.code });
    }
    case 'killed':
      return fail([`${name} was ended by ${end.signal}`, ...lastLines].join('\n'), true);
    case 'aborted':
      return fail(`${name} was ended because its task was`, true);
    case 'too-much': {
      const advice = 'write large results to a file and print its path';
      return fail(`${name} printed more than is allowed; ${advice}`, false);
    }
    case 'not-started':
      break;
  }
  return fail(startMessage(end, name, entry), false);
};

const parseOutput = (output: Buffer, name: string): Json => {
  const text = output.toString('utf8').trim();
  if (text === '') {
    throw new AgentFailure(
      'AgentError',
      `${name} printed nothing; it prints its output as one JSON value`,
      {
        retryable: false,
      },
    );
  }
  try {
    return parseExactJson(text);
  } catch (error) {
    const start = JSON.stringify(text.slice(0, 80));
    throw new AgentFailure('AgentError', `${name} printed what is not one JSON value: ${start}`, {
      retryable: false,
      cause: error,
    });
  }
};
