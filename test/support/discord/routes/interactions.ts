/** What the bot answers to an interaction: the callback, and the webhook of its token. */
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Core } from '../core.ts';
import { discordErrors, invalidForm } from '../errors.ts';
import type { InteractionKind, InteractionRecord } from '../interaction-record.ts';
import { checkModal } from '../limits.ts';
import { messagePayload } from '../payloads.ts';
import { createMessage, deleteMessage, editMessage, type Post } from '../posts.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { LoopbackMessage } from '../types.ts';
import { number, object, objects } from '../wire.ts';

const LOADING = 128;
const WEBHOOK = '/webhooks/:application/:token';

/** Callback types each kind of interaction accepts. */
const ACCEPTED = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  4: [8],
  5: [4, 5, 6, 7],
} satisfies Record<InteractionKind, readonly number[]>;

/** Routes whose token is in the path. */
export const interactionRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/interactions/:interaction/:token/callback',
    open: true,
    handle: callback,
  },
  {
    method: 'POST',
    path: WEBHOOK,
    open: true,
    handle(request) {
      const { core, body, files } = request;
      const record = byToken(request);
      const original =
        record.originalId === undefined ? undefined : core.world.messages.get(record.originalId);
      // The first follow-up of a deferred answer takes its place.
      if (original !== undefined && (original.flags & LOADING) !== 0)
        return { body: messagePayload(core.world, editMessage(core, original, body, files)) };
      const message = createMessage(core, { ...answerTo(core, record), body, files });
      record.followUpIds.push(message.id);
      core.hub.changed();
      return { body: messagePayload(core.world, message) };
    },
  },
  {
    method: 'GET',
    path: `${WEBHOOK}/messages/:message`,
    open: true,
    handle: (request) => ({ body: messagePayload(request.core.world, answered(request)) }),
  },
  {
    method: 'PATCH',
    path: `${WEBHOOK}/messages/:message`,
    open: true,
    handle(request) {
      const { core, body, files } = request;
      return {
        body: messagePayload(core.world, editMessage(core, answered(request), body, files)),
      };
    },
  },
  {
    method: 'DELETE',
    path: `${WEBHOOK}/messages/:message`,
    open: true,
    handle(request) {
      deleteMessage(request.core, answered(request));
      return {};
    },
  },
];

function callback(request: RouteRequest): ReturnType<Route['handle']> {
  const { core, body, query, param } = request;
  const record = core.world.interactions.get(param('interaction'));
  if (record === undefined || record.token !== param('token'))
    throw discordErrors.unknownInteraction();
  if (record.response !== undefined) throw discordErrors.alreadyAcknowledged();
  const now = core.settings.now();
  if (record.expired || now - record.createdAt > core.settings.acknowledgeWithinMs)
    throw discordErrors.unknownInteraction();
  const type = number(body, 'type') ?? 0;
  const accepted: readonly number[] = ACCEPTED[record.kind];
  if (!accepted.includes(type) || ((type === 6 || type === 7) && record.messageId === undefined))
    throw invalidForm([
      { path: ['type'], message: `Value must be one of (${accepted.join(', ')}).` },
    ]);
  const data = object(body, 'data') ?? {};
  const message = applyResponse(request, record, type, data);
  record.response = { type, data, at: now };
  if (message !== undefined) record.originalId = message.id;
  core.hub.changed();
  if (query.get('with_response') !== 'true') return {};
  return {
    body: {
      interaction: {
        id: record.id,
        type: record.kind,
        ...(message === undefined ? {} : { response_message_id: message.id }),
      },
      resource: {
        type,
        ...(message === undefined ? {} : { message: messagePayload(core.world, message) }),
      },
    },
  };
}

function applyResponse(
  { core, files }: RouteRequest,
  record: InteractionRecord,
  type: number,
  data: JsonObject,
): LoopbackMessage | undefined {
  const source =
    record.messageId === undefined ? undefined : core.world.messages.get(record.messageId);
  switch (type) {
    case 4:
      return createMessage(core, { ...answerTo(core, record), body: data, files });
    case 5:
      return createMessage(core, { ...answerTo(core, record), body: data, deferred: true });
    case 6:
      return source;
    case 7:
      return source === undefined ? undefined : editMessage(core, source, data, files);
    case 8:
      if (objects(data, 'choices').length > 25)
        throw invalidForm([
          { path: ['data', 'choices'], message: 'Must be 25 or fewer in length.' },
        ]);
      return undefined;
    default:
      checkModal(data);
      return undefined;
  }
}

const answerTo = (core: Core, record: InteractionRecord): Omit<Post, 'body'> => ({
  author: core.world.seed.bot,
  channelId: record.channelId,
  interaction: { id: record.id, kind: record.kind, user: record.user },
  ephemeralFor: record.user.id,
});

function byToken({ core, param }: RouteRequest): InteractionRecord {
  const record = [...core.world.interactions.values()].find(
    (each) => each.token === param('token'),
  );
  if (record === undefined || record.response === undefined) throw discordErrors.unknownWebhook();
  if (record.expired || core.settings.now() - record.createdAt > core.settings.interactionTokenMs)
    throw discordErrors.invalidWebhookToken();
  return record;
}

/** The message a webhook route names: `@original`, or one this interaction answered with. */
function answered(request: RouteRequest): LoopbackMessage {
  const record = byToken(request);
  const asked = request.param('message');
  const id = asked === '@original' ? record.originalId : asked;
  const known = id !== undefined && [record.originalId, ...record.followUpIds].includes(id);
  const message = known ? request.core.world.messages.get(id) : undefined;
  if (message === undefined || message.deletedAt !== undefined)
    throw discordErrors.unknownMessage();
  return message;
}
