import type { Json } from '../lib/json.ts';

/** An input value as a person gave it: text takes the declared type, a value must have it. */
export type GivenValue =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'value'; readonly value: Json };
