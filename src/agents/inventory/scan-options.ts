/** What may be asked of a scan, and what a folder's scan leaves out by itself. */
import { z } from 'zod';
import { createGlob } from './glob.ts';
import { orDefault } from './payload.ts';

export const scanOptionsSchema = z.object({
  recursive: orDefault(z.boolean(), true),
  include_hidden: orDefault(z.boolean(), false),
  follow_symlinks: orDefault(z.boolean(), false),
  calculate_checksums: orDefault(z.boolean(), true),
  incremental: orDefault(z.boolean(), false),
  verify: orDefault(z.enum(['changed', 'full']), 'changed'),
  skip_unreadable: orDefault(z.boolean(), false),
  exclude: orDefault(z.array(z.string().min(1)), []),
  include_outputs: orDefault(z.boolean(), false),
});

export type ScanOptions = z.output<typeof scanOptionsSchema>;

export const DEFAULT_SCAN_OPTIONS: ScanOptions = scanOptionsSchema.parse({});

/** Files that a validation writes at a folder's top: listing them would change every next result. */
const OWN_OUTPUTS: readonly string[] = [
  'VALIDATION.RECEIPT.yaml',
  'FILE.MANIFEST.txt',
  'FILE.STATE.LOG',
];

/** Whether a path (relative to the scanned folder) is left out of the scan. */
export const createExclusion = (
  options: ScanOptions,
  isStation: boolean,
): ((path: string) => boolean) => {
  const globs = options.exclude.map(createGlob);
  const own = new Set(options.include_outputs ? [] : OWN_OUTPUTS);
  // The engine writes to the workspace while the station itself is being scanned.
  if (isStation) own.add('.3ox');
  return (path) =>
    own.has(path) ||
    (!options.include_hidden && path.slice(path.lastIndexOf('/') + 1).startsWith('.')) ||
    globs.some((matches) => matches(path));
};
