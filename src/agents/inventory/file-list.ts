/**
 * File lists as scanners report them: the entries themselves, or a reference to a file of them
 * when there are many. Ours are maps with `path`; agents written to the older guide report names
 * or `{Name, Length}` maps, which are understood as well.
 */
import { sep } from 'node:path';
import { z } from 'zod';
import { isJsonObject } from '../../lib/json.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext } from '../agent.ts';
import { listRefSchema, openList, readList } from './list-file.ts';
import type { ListRef } from './list-file.ts';

const ENTRY_ERROR = { error: 'expected a path, or a map with path, size, modified and sha256' };

const entry = z.union(
  [
    z.string().transform((path) => ({ path })),
    z
      .looseObject({
        path: z.string().optional(),
        name: z.string().optional(),
        Name: z.string().optional(),
      })
      .transform((given) => ({ ...given, path: given.path ?? given.name ?? given.Name ?? '' }))
      .refine((given) => given.path !== '', ENTRY_ERROR),
  ],
  ENTRY_ERROR,
);

const detailed = entry.transform((given) => ({
  path: given.path.split(sep).join('/'),
  size: numberOf(given, 'size') ?? numberOf(given, 'Length'),
  modified: textOf(given, 'modified'),
  sha256: textOf(given, 'sha256'),
}));

/** A file of a list; what an entry does not tell is null. */
export type ListedFile = z.output<typeof detailed>;

/** Entries, or where they lie. */
export type Listed<Entry> =
  | { readonly type: 'inline'; readonly entries: readonly Entry[] }
  | { readonly type: 'file'; readonly ref: ListRef };

/** A list itself or a reference to its file. */
const listedSchema = <Schema extends z.ZodType>(entries: z.ZodArray<Schema>) =>
  z.unknown().transform((given, context): Listed<z.output<Schema>> => {
    const isRef = isJsonObject(given) && '$ref' in given;
    const ref = isRef ? listRefSchema.safeParse(given) : null;
    if (ref?.success === true) return { type: 'file', ref: ref.data };
    const list = ref === null ? entries.safeParse(given) : null;
    if (list?.success === true) return { type: 'inline', entries: list.data };
    for (const { message, path } of (ref ?? list)?.error?.issues ?? []) {
      context.addIssue({ code: 'custom', message, path: [...path] });
    }
    return z.NEVER;
  });

/** A list of files. */
export const fileListSchema = listedSchema(
  z.array(detailed, { error: 'expected a list of files' }),
);

/** A list of names. */
export const nameListSchema = listedSchema(
  z.array(z.string(), { error: 'expected a list of texts' }),
);

/** A list's entries a portion at a time, as often as asked for. */
export type Portions<Entry> = () => AsyncIterable<readonly Entry[]>;

/** @throws AgentFailure when a referenced file is not there, or not the one that was meant */
export const openFiles = (
  listed: Listed<ListedFile>,
  context: Pick<AgentContext, 'paths'>,
): Promise<Portions<ListedFile>> => open(listed, detailed, ownEntry, context);

/** @throws AgentFailure when a referenced file is not there, or not the one that was meant */
export const openNames = (
  listed: Listed<string>,
  context: Pick<AgentContext, 'paths'>,
): Promise<Portions<string>> =>
  open(listed, z.string(), (value) => (typeof value === 'string' ? value : null), context);

/** An entry as our scanner writes it, without the cost of a schema; null for any other. */
const ownEntry = (value: unknown): ListedFile | null => {
  if (!isJsonObject(value)) return null;
  const { path, size, modified, sha256 } = value;
  const known =
    typeof path === 'string' &&
    path !== '' &&
    typeof size === 'number' &&
    typeof modified === 'string' &&
    (sha256 === null || typeof sha256 === 'string');
  return known ? { path, size, modified, sha256 } : null;
};

const open = async <Entry>(
  listed: Listed<Entry>,
  schema: z.ZodType<Entry>,
  own: (value: unknown) => Entry | null,
  context: Pick<AgentContext, 'paths'>,
): Promise<Portions<Entry>> => {
  if (listed.type === 'inline') return () => once(listed.entries);
  const path = await openList(context.paths.root, listed.ref);
  const entryOf = (value: unknown): Entry => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AgentFailure(
      'AgentError',
      `The list ${listed.ref.$ref} has an entry that cannot be used: ${parsed.error.issues[0]?.message ?? ''}`,
      { retryable: false },
    );
  };
  return async function* portions() {
    for await (const portion of readList(path)) {
      yield portion.map((value) => own(value) ?? entryOf(value));
    }
  };
};

async function* once<Entry>(entries: readonly Entry[]): AsyncGenerator<readonly Entry[]> {
  yield entries;
}

const numberOf = (given: object, key: string): number | null => {
  const value: unknown = Reflect.get(given, key);
  return typeof value === 'number' ? value : null;
};

const textOf = (given: object, key: string): string | null => {
  const value: unknown = Reflect.get(given, key);
  return typeof value === 'string' ? value : null;
};
