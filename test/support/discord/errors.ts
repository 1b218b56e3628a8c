/** Discord's error answers: an HTTP status and a JSON code. */
import { isJsonObject, type Json, type JsonObject } from '../../../src/lib/json.ts';

/** Thrown by a route; the server answers `status` with `{message, code, errors}`. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: JsonObject | undefined;
  /** Sent as `Retry-After` with a 429. */
  readonly retryAfterMs: number | undefined;

  constructor(
    status: number,
    code: number,
    message: string,
    errors?: JsonObject,
    retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'DiscordError';
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
  }

  /** The body Discord would send. */
  body(): JsonObject {
    const { message, code, errors, retryAfterMs } = this;
    return {
      message,
      code,
      ...(errors === undefined ? {} : { errors }),
      ...(retryAfterMs === undefined ? {} : { retry_after: retryAfterMs / 1000 }),
    };
  }
}

/** Known answers by name, so a route says what went wrong and not a number. */
export const discordErrors = {
  notFound: () => new DiscordError(404, 0, '404: Not Found'),
  unauthorized: () => new DiscordError(401, 0, '401: Unauthorized'),
  unknownChannel: () => new DiscordError(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new DiscordError(404, 10004, 'Unknown Guild'),
  unknownMember: () => new DiscordError(404, 10007, 'Unknown Member'),
  unknownMessage: () => new DiscordError(404, 10008, 'Unknown Message'),
  unknownUser: () => new DiscordError(404, 10013, 'Unknown User'),
  unknownWebhook: () => new DiscordError(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new DiscordError(404, 10062, 'Unknown interaction'),
  lateEdits: (retryAfterMs: number) =>
    new DiscordError(
      429,
      30046,
      'Maximum number of edits to messages older than 1 hour reached. Try again later.',
      undefined,
      retryAfterMs,
    ),
  tooLarge: () => new DiscordError(413, 40005, 'Request entity too large'),
  alreadyAcknowledged: () =>
    new DiscordError(400, 40060, 'Interaction has already been acknowledged.'),
  missingAccess: () => new DiscordError(403, 50001, 'Missing Access'),
  foreignMessage: () =>
    new DiscordError(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new DiscordError(400, 50006, 'Cannot send an empty message'),
  missingPermissions: () => new DiscordError(403, 50013, 'Missing Permissions'),
  invalidWebhookToken: () => new DiscordError(401, 50027, 'Invalid Webhook Token'),
  threadExists: () =>
    new DiscordError(400, 160004, 'A thread has already been created for this message'),
} satisfies Record<string, (retryAfterMs: number) => DiscordError>;

/** 50035 with Discord's nested `errors` tree, one entry per broken rule. */
export function invalidForm(
  problems: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): DiscordError {
  const root: Record<string, Json> = {};
  for (const { path, message } of problems) {
    let at = root;
    for (const key of path.map(String)) {
      const below: Record<string, Json> = { ...childOf(at, key) };
      at[key] = below;
      at = below;
    }
    at['_errors'] = [{ code: 'BASE_TYPE_INVALID', message }];
  }
  return new DiscordError(400, 50035, 'Invalid Form Body', root);
}

function childOf(from: Record<string, Json>, key: string): JsonObject {
  const child = from[key];
  return isJsonObject(child) ? child : {};
}
