/** The log of REST requests, as tests read it. */
import type { Json } from '../../../src/lib/json.ts';

/** One request of the bot. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  /** The route's pattern; the path itself when there is no such route. */
  readonly route: string;
  readonly path: string;
  readonly query: string;
  readonly body: Json;
  readonly files: readonly { readonly filename: string; readonly size: number }[];
  /** The HTTP status; `pending` while it is held, `dropped` when the connection was reset. */
  readonly status: number | 'pending' | 'dropped';
  /** The fault that hit it. */
  readonly fault?: string;
}
