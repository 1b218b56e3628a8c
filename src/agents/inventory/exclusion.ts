/** What a folder's scan leaves out, by itself and because it was told to. */
import { createGlob } from './glob.ts';
import type { ScanOptions } from './scan-options.ts';

/** Files that a validation writes at a folder's top: listing them would change every next result. */
const OWN_OUTPUTS: readonly string[] = [
  'VALIDATION.RECEIPT.yaml',
  'FILE.MANIFEST.txt',
  'FILE.STATE.LOG',
];

/** Whether a path (relative to the scanned folder) is left out of the scan. */
export const createExclusion = (
  options: Pick<ScanOptions, 'exclude' | 'include_hidden' | 'include_outputs'>,
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
