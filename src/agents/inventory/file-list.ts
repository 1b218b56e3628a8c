/**
 * File lists as scanners report them. Ours are maps with `path`; agents written to the older
 * guide report names or `{Name, Length}` maps, which are understood as well.
 */
import { sep } from 'node:path';
import { z } from 'zod';

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

/** A list of files; what an entry does not tell is null. */
export const fileListSchema = z.array(detailed, { error: 'expected a list of files' });

const numberOf = (given: object, key: string): number | null => {
  const value: unknown = Reflect.get(given, key);
  return typeof value === 'number' ? value : null;
};

const textOf = (given: object, key: string): string | null => {
  const value: unknown = Reflect.get(given, key);
  return typeof value === 'string' ? value : null;
};
