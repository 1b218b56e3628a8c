/** Channels, threads and direct messages. */
import { z } from 'zod';
import type { Core } from '../core.ts';
import { discordErrors } from '../errors.ts';
import { INTENTS } from '../intents.ts';
import { checkSchema } from '../limits.ts';
import { channelPayload } from '../payloads.ts';
import type { Route, RouteAnswer } from '../route.ts';
import type { LoopbackChannel } from '../types.ts';
import { object, text } from '../wire.ts';

const threadBody = z.looseObject({ name: z.string().min(1).max(100) });

/** Routes on channels themselves. */
export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/:channel',
    handle({ core, param }) {
      core.world.require(param('channel'), 'view');
      return { body: channelPayload(core.world, core.world.channel(param('channel'))) };
    },
  },
  {
    method: 'PATCH',
    path: '/channels/:channel',
    handle({ core, body, param }) {
      const before = core.world.channel(param('channel'));
      const archived = body['archived'] ?? object(body, 'thread_metadata')?.['archived'];
      const channel = {
        ...before,
        name: text(body, 'name') ?? before.name,
        archived: typeof archived === 'boolean' ? archived : before.archived,
      };
      core.world.channels.set(channel.id, channel);
      const event = channel.type === 11 ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE';
      core.dispatch(event, INTENTS.guilds, () => channelPayload(core.world, channel));
      core.hub.changed();
      return { body: channelPayload(core.world, channel) };
    },
  },
  {
    method: 'POST',
    path: '/channels/:channel/messages/:message/threads',
    handle({ core, body, param }) {
      checkSchema(threadBody, body);
      const message = core.world.message(param('channel'), param('message'));
      if (message.threadId !== undefined) throw discordErrors.threadExists();
      const answer = startThread(core, param('channel'), message.id, text(body, 'name') ?? '');
      core.world.messages.set(message.id, { ...message, threadId: message.id });
      return answer;
    },
  },
  {
    method: 'POST',
    path: '/channels/:channel/threads',
    handle({ core, body, param }) {
      checkSchema(threadBody, body);
      return startThread(core, param('channel'), core.nextId(), text(body, 'name') ?? '');
    },
  },
  {
    method: 'PUT',
    path: '/channels/:channel/thread-members/:user',
    handle({ core, param }) {
      core.world.channel(param('channel'));
      return {};
    },
  },
  {
    method: 'POST',
    path: '/users/@me/channels',
    handle({ core, body }) {
      const user = core.world.user(text(body, 'recipient_id') ?? '');
      return { body: channelPayload(core.world, directChannel(core, user.id)) };
    },
  },
];

/** The direct message with a person, made when there is none. */
export function directChannel(core: Core, userId: string): LoopbackChannel {
  const known = [...core.world.channels.values()].find((each) => each.recipientId === userId);
  if (known !== undefined) return known;
  const channel: LoopbackChannel = {
    id: core.nextId(),
    type: 1,
    name: '',
    recipientId: userId,
    archived: false,
  };
  core.world.channels.set(channel.id, channel);
  return channel;
}

function startThread(core: Core, parentId: string, id: string, name: string): RouteAnswer {
  const parent = core.world.channel(parentId);
  core.world.require(parentId, 'threads');
  const thread: LoopbackChannel = {
    id,
    type: 11,
    name,
    parentId,
    ...(parent.guildId === undefined ? {} : { guildId: parent.guildId }),
    archived: false,
  };
  core.world.channels.set(id, thread);
  core.dispatch('THREAD_CREATE', INTENTS.guilds, () => ({
    ...channelPayload(core.world, thread),
    newly_created: true,
  }));
  core.hub.changed();
  return { status: 201, body: channelPayload(core.world, thread) };
}
