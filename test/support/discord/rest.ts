/**
 * The REST side: parse, log, harm, authorise, count, handle, answer — in that order.
 * Routes are pure of HTTP; this file owns bodies, headers and sockets.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { isJsonObject, type JsonObject } from '../../../src/lib/json.ts';
import { dishonestHeaders, type Buckets, type Ruling } from './buckets.ts';
import type { Core } from './core.ts';
import { DiscordError, discordErrors } from './errors.ts';
import type { Fault, Faults } from './faults.ts';
import { REQUEST_BYTES } from './limits.ts';
import { readBody, type ParsedBody } from './read-body.ts';
import type { LoggedRequest } from './request-log.ts';
import { matchRoute, type Match, type Route, type RouteAnswer } from './route.ts';

/** What the REST side works with. */
export interface RestParts {
  readonly core: Core;
  readonly routes: readonly Route[];
  readonly faults: Faults;
  readonly buckets: Buckets;
  readonly log: LoggedRequest[];
}

/** Answers one request below `/api`. */
export async function answerRest(
  parts: RestParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { core, faults, buckets, log } = parts;
  const url = new URL(request.url ?? '/', core.origin());
  const path = url.pathname.replace(/^\/api(\/v\d+)?/, '');
  const method = request.method ?? 'GET';
  const match = matchRoute(parts.routes, method, path);
  const route = match?.route.path ?? path;
  // 1. Read and log.
  const body = await readBody(request);
  const index = log.push(logEntry(core, { method, route, path, url }, body)) - 1;
  const note = (change: Partial<LoggedRequest>): void => {
    const entry = log[index];
    if (entry !== undefined) log[index] = { ...entry, ...change };
    core.hub.changed();
  };
  core.hub.changed();
  // 2. Let a fault hit before anything is applied.
  const harm = faults.take({ method, route, path });
  if (harm !== undefined) note({ fault: harm.fault.kind });
  await harm?.released;
  if (harm?.fault.kind === 'delay') await pause(harm.fault.ms);
  if (harm?.fault.kind === 'drop-before-apply') return drop(response, note);
  const forced = harm === undefined ? undefined : forcedAnswer(harm.fault);
  // 3. Count, authorise, apply.
  const key = `${method} ${route}`;
  const ruling =
    forced?.ruling ?? buckets.take(key, path.split('/')[2] ?? '', match?.route.open === true);
  const reply =
    forced?.error ?? refusal(ruling) ?? apply(core, match, request, url.searchParams, body);
  // 4. Answer, or lose the answer.
  if (harm?.fault.kind === 'drop-after-apply') return drop(response, note);
  const lie = harm?.fault.kind === 'dishonest-headers';
  const status = send(response, reply, lie ? { headers: dishonestHeaders(key) } : ruling);
  note({ status });
}

function apply(
  core: Core,
  match: Match | undefined,
  request: IncomingMessage,
  query: URLSearchParams,
  parsed: ParsedBody,
): RouteAnswer | DiscordError {
  try {
    if (match === undefined) throw discordErrors.notFound();
    const authorised = request.headers.authorization === `Bot ${core.world.seed.token}`;
    if (match.route.open !== true && !authorised) throw discordErrors.unauthorized();
    if (parsed.bytes > REQUEST_BYTES) throw discordErrors.tooLarge();
    return match.route.handle({
      core,
      query,
      body: isJsonObject(parsed.json) ? parsed.json : {},
      list: Array.isArray(parsed.json) ? parsed.json.filter(isJsonObject) : [],
      files: parsed.files,
      param(name) {
        const value = match.params.get(name);
        if (value === undefined) throw new Error(`The route ${match.route.path} has no :${name}.`);
        return value;
      },
    });
  } catch (error) {
    if (error instanceof DiscordError) return error;
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.error(`The loopback Discord broke on ${request.method} ${request.url}: ${reason}`);
    return new DiscordError(500, 0, `The loopback Discord broke: ${reason}`);
  }
}

function refusal({ refusedForMs }: Ruling): DiscordError | undefined {
  if (refusedForMs === undefined) return undefined;
  return new DiscordError(429, 0, 'You are being rate limited.', undefined, refusedForMs);
}

function forcedAnswer(fault: Fault): { error: DiscordError; ruling: Ruling } | undefined {
  switch (fault.kind) {
    case 'status': {
      const message = fault.message ?? `The loopback was told to answer ${fault.status}.`;
      return { error: new DiscordError(fault.status, fault.code ?? 0, message), ruling: NO_RULING };
    }
    case '429':
    case '429-global':
    case '429-shared':
      return {
        error: new DiscordError(
          429,
          0,
          'You are being rate limited.',
          undefined,
          fault.retryAfterMs,
        ),
        ruling: {
          headers: fault.kind === '429-shared' ? { 'x-ratelimit-scope': 'shared' } : {},
          refusedForMs: fault.retryAfterMs,
          global: fault.kind === '429-global',
        },
      };
    default:
      return undefined;
  }
}

const NO_RULING: Ruling = { headers: {} };

function send(response: ServerResponse, reply: RouteAnswer | DiscordError, ruling: Ruling): number {
  for (const [name, value] of Object.entries(ruling.headers)) response.setHeader(name, value);
  const body = reply instanceof DiscordError ? reply.body() : reply.body;
  if (reply instanceof DiscordError && reply.retryAfterMs !== undefined) {
    response.setHeader('retry-after', (reply.retryAfterMs / 1000).toFixed(3));
    if (ruling.global === true) response.setHeader('x-ratelimit-global', 'true');
    if (!response.hasHeader('x-ratelimit-scope'))
      response.setHeader('x-ratelimit-scope', ruling.global === true ? 'global' : 'user');
  }
  const status = reply.status ?? (body === undefined ? 204 : 200);
  if (body === undefined) {
    // A 204 with a JSON content type makes clients parse nothing and fail.
    response.writeHead(status).end();
    return status;
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return status;
}

/** RST rather than FIN: clients see ECONNRESET, as when a proxy dies. */
function drop(response: ServerResponse, note: (change: Partial<LoggedRequest>) => void): void {
  response.socket?.resetAndDestroy();
  note({ status: 'dropped' });
}

function logEntry(
  core: Core,
  at: { readonly method: string; readonly route: string; readonly path: string; readonly url: URL },
  body: ParsedBody,
): LoggedRequest {
  const nothing: JsonObject = {};
  return {
    at: core.settings.now(),
    method: at.method,
    route: at.route,
    path: at.path,
    query: at.url.search,
    body: body.json ?? nothing,
    files: body.files.map(({ filename, content }) => ({ filename, size: content.length })),
    status: 'pending',
  };
}
