import type { Json } from './json.ts';

/**
 * What templates and conditions read from. `root` is the first segment of a path
 * (`workflow`, a task id, `item`, …) or the name in a condition; everything behind it is
 * read from the value found here, own properties only.
 */
export interface Scope {
  lookup(root: string): { readonly found: true; readonly value: Json } | { readonly found: false };
}
