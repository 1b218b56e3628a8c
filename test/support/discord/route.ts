/** What a REST route is, and how a path finds one. */
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import type { Core } from './core.ts';
import type { IncomingFile } from './posts.ts';

/** A request after parsing. */
export interface RouteRequest {
  readonly core: Core;
  readonly query: URLSearchParams;
  /** The JSON body, `payload_json` of a multipart body, or an empty object. */
  readonly body: JsonObject;
  /** The body when it is a list (bulk overwrite). */
  readonly list: readonly JsonObject[];
  readonly files: readonly IncomingFile[];
  /** A path parameter, decoded. Throws when the pattern has none of that name. */
  readonly param: (name: string) => string;
}

/** An answer. Without a body it is sent as 204 and without a content type. */
export interface RouteAnswer {
  readonly status?: number;
  readonly body?: Json;
}

/** One method on one path pattern, such as `/channels/:channel/messages`. */
export interface Route {
  readonly method: string;
  readonly path: string;
  /** True where the path's token is the authorisation: interactions and webhooks. */
  readonly open?: boolean;
  handle(request: RouteRequest): RouteAnswer;
}

/** A route and the values of its parameters. */
export interface Match {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** Finds the first route whose method and pattern fit. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): Match | undefined {
  const segments = path.split('/');
  for (const route of routes) {
    if (route.method !== method) continue;
    const params = fit(route.path.split('/'), segments);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function fit(
  pattern: readonly string[],
  segments: readonly string[],
): ReadonlyMap<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? '';
    if (expected.startsWith(':')) params.set(expected.slice(1), decodeURIComponent(actual));
    else if (expected !== actual) return undefined;
  }
  return params;
}
