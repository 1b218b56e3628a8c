/** What may be asked of a scan. */
import { z } from 'zod';
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
  /** Most entries of a list in the answer itself; longer ones lie in a file. */
  inline_entries: orDefault(z.number().int().nonnegative(), 5_000),
});

export type ScanOptions = z.output<typeof scanOptionsSchema>;

export const DEFAULT_SCAN_OPTIONS: ScanOptions = scanOptionsSchema.parse({});
