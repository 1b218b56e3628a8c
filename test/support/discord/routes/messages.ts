/** Messages of a channel: list, read, post, edit, delete. */
import { discordErrors, invalidForm } from '../errors.ts';
import { showsContent } from '../intents.ts';
import { messagePayload } from '../payloads.ts';
import { createMessage, deleteMessage, editMessage } from '../posts.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { LoopbackMessage } from '../types.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';

const CHANNEL = '/channels/:channel/messages';
const MESSAGE = `${CHANNEL}/:message`;

/** Routes below `/channels/:channel/messages`, reactions and threads apart. */
export const messageRoutes: readonly Route[] = [
  { method: 'GET', path: CHANNEL, handle: (request) => ({ body: list(request) }) },
  {
    method: 'GET',
    path: MESSAGE,
    handle(request) {
      return { body: seen(request, found(request)) };
    },
  },
  {
    method: 'POST',
    path: CHANNEL,
    handle({ core, body, files, param }) {
      core.world.channel(param('channel'));
      core.world.require(param('channel'), 'send');
      const author = core.world.seed.bot;
      const message = createMessage(core, { author, channelId: param('channel'), body, files });
      return { body: messagePayload(core.world, message) };
    },
  },
  {
    method: 'PATCH',
    path: MESSAGE,
    handle(request) {
      const { core, body, files } = request;
      const before = found(request);
      if (before.author.id !== core.world.seed.bot.id) throw discordErrors.foreignMessage();
      core.lateEdits.check(before);
      return { body: messagePayload(core.world, editMessage(core, before, body, files)) };
    },
  },
  {
    method: 'DELETE',
    path: MESSAGE,
    handle(request) {
      const message = found(request);
      if (message.author.id !== request.core.world.seed.bot.id)
        throw discordErrors.missingPermissions();
      deleteMessage(request.core, message);
      return {};
    },
  },
  {
    method: 'POST',
    path: '/channels/:channel/typing',
    handle({ core, param }) {
      core.world.channel(param('channel'));
      return {};
    },
  },
];

function found({ core, param }: RouteRequest): LoopbackMessage {
  core.world.channel(param('channel'));
  core.world.require(param('channel'), 'view');
  const message = core.world.message(param('channel'), param('message'));
  if (message.ephemeralFor !== undefined) throw discordErrors.unknownMessage();
  return message;
}

/** REST hides content only where the intent is not switched on for the application. */
function seen({ core }: RouteRequest, message: LoopbackMessage): JsonObject {
  const granted = core.settings.messageContentGranted;
  return messagePayload(core.world, message, showsContent(core.world, message, granted));
}

/** Newest first. `before`, `after` and `around` are ids; `limit` is 1–100, 50 by default. */
function list(request: RouteRequest): readonly JsonObject[] {
  const { core, query, param } = request;
  core.world.channel(param('channel'));
  core.world.require(param('channel'), 'view');
  const limit = Math.min(100, Number(query.get('limit') ?? 50));
  const all = core.world
    .messagesIn(param('channel'))
    .filter((message) => message.ephemeralFor === undefined);
  const bound = (name: string): bigint | undefined => {
    const value = query.get(name);
    if (value === null) return undefined;
    if (/^\d+$/.test(value)) return BigInt(value);
    throw invalidForm([{ path: [name], message: `Value "${value}" is not snowflake.` }]);
  };
  const page = cut(all, limit, bound('before'), bound('after'), bound('around'));
  return page.reverse().map((message) => seen(request, message));
}

function cut(
  all: readonly LoopbackMessage[],
  limit: number,
  before: bigint | undefined,
  after: bigint | undefined,
  around: bigint | undefined,
): LoopbackMessage[] {
  if (around !== undefined) {
    const older = all.filter(({ id }) => BigInt(id) <= around).slice(-Math.ceil(limit / 2));
    const newer = all.filter(({ id }) => BigInt(id) > around).slice(0, limit - older.length);
    return [...older, ...newer];
  }
  if (after !== undefined) return all.filter(({ id }) => BigInt(id) > after).slice(0, limit);
  return all.filter(({ id }) => before === undefined || BigInt(id) < before).slice(-limit);
}
