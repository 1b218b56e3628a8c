/**
 * Answers of an engine, recognised. The engine is of the same version (the greeting says so), so
 * only the kind of thing is looked at.
 */
import { z } from 'zod';
import type { Rejection } from '../engine/commands.ts';
import type { RecordedEvent } from '../engine/events.ts';
import type { RunLine, RunView, WhyView } from '../engine/view.types.ts';
import { isJsonObject } from '../lib/json.ts';
import type {
  DefinitionEntry,
  FileProblems,
  OperatorResult,
  RunChange,
  RunReference,
  StartResult,
} from '../runtime/engine.ts';

const tagged = <T>(key: string, ...tags: readonly string[]): z.ZodType<T> =>
  z.custom<T>(
    (value) => isJsonObject(value) && typeof value[key] === 'string' && tags.includes(value[key]),
    `${key} is not ${tags.join(' or ')}`,
  );

const having = <T>(...keys: readonly string[]): z.ZodType<T> =>
  z.custom<T>((value) => isJsonObject(value) && keys.every((key) => key in value));

const view = tagged<RunView>('schema', 'run/1');

export const results = {
  start: tagged<StartResult>('type', 'started', 'rejected', 'invalid_input'),
  operate: tagged<OperatorResult>('type', 'done', 'rejected'),
  view: view.nullable(),
  why: tagged<WhyView>('schema', 'why/1').nullable(),
  events: z.array(having<RecordedEvent>('seq', 'run', 'event')),
  list: z.array(having<RunLine>('run', 'handle', 'status')),
  resolve: tagged<RunReference>('type', 'found', 'ambiguous', 'unknown'),
  mayStart: tagged<Rejection>('type', 'rejected').nullable(),
  definitions: z.array(having<DefinitionEntry>('definition', 'file')),
  definition: having<DefinitionEntry>('definition', 'file').nullable(),
  problems: z.array(having<FileProblems>('file', 'problems')),
  subscribe: z.null(),
  change: having<RunChange>('view', 'events'),
} as const;
