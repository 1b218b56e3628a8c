/**
 * Every parser at the edge, each with texts to begin from and what it may do with a bad one: give
 * a value that says so, or throw the one error its callers expect. Anything else is a bug.
 */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { parseCommandLine } from '../../grammar/command/parse.ts';
import { printCommandLine } from '../../grammar/command/print.ts';
import { evaluateCondition } from '../../grammar/condition/evaluate.ts';
import { parseCondition } from '../../grammar/condition/parse.ts';
import { parseDuration } from '../../grammar/duration.ts';
import type { Scope } from '../../grammar/scope.ts';
import { resolveValue } from '../../grammar/template/evaluate.ts';
import { AgentFailure } from '../../src/agents/agent.ts';
import { readAnswerFile, readProgress } from '../../src/agents/file-queue/answer-file.ts';
import { readTaskFile } from '../../src/agents/file-queue/task-file.ts';
import { readYaml, UnreadableError } from '../../src/agents/file-queue/yaml.ts';
import { readPolicy } from '../../src/agents/inventory/policy.ts';
import { saidFailure } from '../../src/agents/process/said.ts';
import { readLine } from '../../src/agents/process/worker-lines.ts';
import { readReceipt } from '../../src/agents/receipt/read-receipt.ts';
import { sealReceipt } from '../../src/agents/receipt/canonical.ts';
import { parseAgentRegistry } from '../../src/agents/registry.ts';
import { parseActionId } from '../../src/chat/action-id.ts';
import { parseMessageRef, parseOrigin } from '../../src/chat/message-ref.ts';
import { parseInputs } from '../../src/cli/input-file.ts';
import { convertConductor } from '../../src/conductor/convert.ts';
import { conductorWorkflow } from '../../src/conductor/source.ts';
import { loadDefinition } from '../../src/definition/load.ts';
import { typedValue } from '../../src/engine/input-type.ts';
import { UnknownEventError } from '../../src/engine/parse-event.ts';
import { createEventReader } from '../../src/engine/read-events.ts';
import { goodFramesAfter, readFrames } from '../../src/journal/frame.ts';
import { hashMatches, parseHeader, parseRecord } from '../../src/journal/record.ts';
import { readLines } from '../../src/remote/lines.ts';
import { params, request } from '../../src/remote/protocol.ts';
import { parseSettings, SettingsError } from '../../src/station/settings.ts';
import { parseCases } from '../../src/testing/case-file.ts';
import { createDiscordTarget, gatewayPayloads } from './discord-target.ts';
import { fileTargets } from './file-targets.ts';
import * as seeds from './seeds.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly string[];
  /** Throws when the parser did something it must not. */
  run(text: string): void | Promise<void>;
}

type ErrorClass = abstract new (...args: never[]) => Error;

/** Does the work; errors of these classes are how the parser says no. */
const mayThrow = (work: () => void, ...classes: readonly ErrorClass[]): void => {
  try {
    work();
  } catch (error) {
    if (!classes.some((one) => error instanceof one)) throw error;
  }
};

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const BUDGET = 1024 * 1024;
const scope: Scope = {
  lookup: (root) =>
    root === 'scan' ? { found: true, value: { output: { n: 1 } } } : { found: false },
};
const bytes = (text: string): Buffer => Buffer.from(text);

export const targets: readonly Target[] = [
  {
    name: 'command',
    seeds: seeds.commandLines,
    run(text) {
      for (const prefixOptional of [true, false]) {
        const parsed = parseCommandLine(text, {
          prefixes: ['@workflow', '<@123>'],
          prefixOptional,
        });
        if (parsed.kind === 'command') printCommandLine(parsed.line, '@workflow');
        if (parsed.kind !== 'mistake') continue;
        if (parsed.problems.length === 0) throw new Error('a mistake without a problem');
        for (const { span } of parsed.problems) {
          if (span.start < 0 || span.end > text.length || span.start > span.end) {
            throw new Error(`a problem lies outside of the text: ${JSON.stringify(span)}`);
          }
        }
      }
    },
  },
  {
    name: 'condition',
    seeds: seeds.conditions,
    run(text) {
      const parsed = parseCondition(text);
      if (parsed.ok) evaluateCondition(parsed.condition, scope);
      else if (parsed.problems.length === 0) throw new Error('refused without a problem');
    },
  },
  { name: 'template', seeds: seeds.templates, run: (text) => void resolveValue(text, scope) },
  {
    name: 'definition',
    seeds: seeds.definitions,
    run(text) {
      const { definition, problems } = loadDefinition(text, 'w.yaml');
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (definition === null && errors.length === 0) throw new Error('refused without an error');
      for (const { line, column } of problems) {
        if (!(line >= 1 && column >= 1)) throw new Error(`a problem at ${line}:${column}`);
      }
    },
  },
  {
    name: 'definition-tests',
    seeds: seeds.caseFiles,
    run: (text) => void parseCases(text, 'w.test.yaml'),
  },
  {
    name: 'conductor',
    seeds: seeds.conductors,
    run(text) {
      const parsed = conductorWorkflow.safeParse(json(text));
      if (parsed.success) convertConductor(parsed.data);
    },
  },
  {
    name: 'answer',
    seeds: seeds.answers,
    run: (text) => mayThrow(() => readAnswerFile(bytes(text), BUDGET), UnreadableError),
  },
  {
    name: 'progress',
    seeds: seeds.progress,
    run: (text) => mayThrow(() => readProgress(readYaml(bytes(text), BUDGET)), UnreadableError),
  },
  {
    name: 'task-file',
    seeds: seeds.taskFiles,
    run: (text) => mayThrow(() => readTaskFile(bytes(text), BUDGET), UnreadableError),
  },
  {
    name: 'worker',
    seeds: seeds.workerLines,
    run(text) {
      readLine(text);
      saidFailure(bytes(text));
    },
  },
  {
    name: 'journal',
    seeds: seeds.journals,
    run(text) {
      const segment = Buffer.from(text, 'latin1');
      let bad = 0;
      for (const frame of readFrames(segment)) {
        if (!frame.ok) {
          bad = frame.offset;
          continue;
        }
        const header = parseHeader(frame.json);
        if (header === null) continue;
        hashMatches(frame.json, header);
        mayThrow(
          () => void parseRecord(header, createEventReader()),
          UnknownEventError,
          SyntaxError,
        );
      }
      for (const frame of goodFramesAfter(segment, bad)) parseHeader(frame.json);
    },
  },
  {
    name: 'receipt',
    seeds: seeds.receipts,
    run(text) {
      readReceipt(bytes(text));
      // Sealed, so that what is behind the seal is reached, too.
      readReceipt(bytes(sealReceipt(text).text));
    },
  },
  {
    name: 'policy',
    seeds: seeds.policies,
    run(text) {
      mayThrow(() => void readPolicy(text, 'POLICY.md'), AgentFailure);
      mayThrow(() => void readPolicy(text, 'POLICY.yaml'), AgentFailure);
    },
  },
  {
    name: 'settings',
    seeds: seeds.settings,
    run: (text) => mayThrow(() => void parseSettings(text, 'settings.yaml'), SettingsError),
  },
  {
    name: 'agents',
    seeds: seeds.registries,
    run: (text) => void parseAgentRegistry(text, 'agents.yaml'),
  },
  { name: 'input-file', seeds: seeds.inputs, run: (text) => void parseInputs(text, 'in.yaml') },
  {
    name: 'input-value',
    seeds: seeds.values,
    run(text) {
      for (const type of [
        'string',
        'number',
        'boolean',
        'list',
        'object',
        'path',
        'duration',
      ] as const) {
        typedValue(type, { type: 'text', text });
      }
      parseDuration(text);
    },
  },
  {
    name: 'remote',
    seeds: seeds.remoteLines,
    run(text) {
      for (const line of linesOf(text)) {
        const parsed = request.safeParse(json(line));
        if (parsed.success) params[parsed.data.method].safeParse(parsed.data.params);
      }
    },
  },
  {
    name: 'discord',
    seeds: seeds.discord,
    run(text) {
      const payload = json(text);
      parseActionId(text);
      parseMessageRef(payload);
      parseOrigin(payload);
      if (typeof payload !== 'object' || payload === null) return;
      if ('customId' in payload) parseActionId(String(payload.customId));
      if ('ref' in payload) {
        parseMessageRef(payload.ref);
        parseOrigin(payload.ref);
      }
    },
  },
  {
    name: 'discord-gateway',
    seeds: gatewayPayloads,
    async run(text) {
      receive ??= createDiscordTarget();
      await receive(text);
    },
  },
  ...fileTargets,
];

let receive: ((text: string) => Promise<void>) | null = null;

/** What a socket that is fed the text in small pieces makes of it. */
const linesOf = (text: string): readonly string[] => {
  const lines: string[] = [];
  const socket = Object.assign(new EventEmitter(), { destroy: () => undefined });
  readLines(socket as unknown as Socket, (line) => void lines.push(line));
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += 7) socket.emit('data', all.subarray(at, at + 7));
  return lines;
};
