/**
 * Records as Discord's JSON. Traps kept here: embeds, components and attachments are lists and
 * never null; `thread` and `message_reference` are absent rather than null.
 */
import type { JsonObject } from '../../../src/lib/json.ts';
import { bySnowflake } from './snowflake.ts';
import type {
  LoopbackAttachment,
  LoopbackChannel,
  LoopbackMessage,
  LoopbackRole,
  LoopbackUser,
} from './types.ts';
import { wire } from './wire.ts';
import type { World } from './world.ts';

/** Permission bits of a member who may do all that tests need. */
export const ALL_PERMISSIONS = String((1n << 50n) - 1n);

export const userPayload = (user: LoopbackUser): JsonObject => ({
  id: user.id,
  username: user.username,
  global_name: user.globalName,
  discriminator: user.bot ? '0001' : '0',
  avatar: null,
  bot: user.bot,
});

export const rolePayload = (role: LoopbackRole): JsonObject =>
  wire({
    id: role.id,
    name: role.name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions,
    managed: role.botId !== undefined,
    mentionable: role.mentionable,
    flags: 0,
    tags: role.botId === undefined ? undefined : { bot_id: role.botId },
  });

/** Omits `user`, as messages and interactions in a guild do with `author`. */
export function memberPayload(world: World, userId: string): JsonObject {
  return {
    roles: [...(world.members.get(userId) ?? [])],
    nick: null,
    avatar: null,
    joined_at: new Date(0).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  };
}

export const memberWithUser = (world: World, userId: string): JsonObject => ({
  ...memberPayload(world, userId),
  user: userPayload(world.user(userId)),
});

export function channelPayload(world: World, channel: LoopbackChannel): JsonObject {
  const recipient = channel.recipientId;
  return wire({
    id: channel.id,
    type: channel.type,
    last_message_id: world.messagesIn(channel.id).at(-1)?.id ?? null,
    flags: 0,
    ...(recipient === undefined
      ? { name: channel.name, guild_id: channel.guildId, parent_id: channel.parentId ?? null }
      : { recipients: [userPayload(world.user(recipient))] }),
    ...(channel.type === 0
      ? { position: 0, permission_overwrites: [], nsfw: false, topic: null, rate_limit_per_user: 0 }
      : {}),
    ...(channel.type === 11
      ? {
          owner_id: world.seed.bot.id,
          message_count: world.messagesIn(channel.id).length,
          member_count: 1,
          thread_metadata: {
            archived: channel.archived,
            auto_archive_duration: 1440,
            archive_timestamp: new Date(0).toISOString(),
            locked: false,
          },
        }
      : {}),
  });
}

const attachmentPayload = (attachment: LoopbackAttachment): JsonObject =>
  wire({
    id: attachment.id,
    filename: attachment.filename,
    content_type: attachment.contentType,
    size: attachment.content.length,
    url: attachment.url,
    proxy_url: attachment.url,
    description: attachment.description,
  });

/** A message as the bot sees it; without `withContent` what it says is blanked. */
export function messagePayload(
  world: World,
  message: LoopbackMessage,
  withContent = true,
): JsonObject {
  const replied = message.replyTo === undefined ? undefined : world.messages.get(message.replyTo);
  const thread = message.threadId === undefined ? undefined : world.channels.get(message.threadId);
  return wire({
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: userPayload(message.author),
    content: withContent ? message.content : '',
    embeds: withContent ? [...message.embeds] : [],
    components: withContent ? [...message.components] : [],
    attachments: withContent ? message.attachments.map(attachmentPayload) : [],
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp:
      message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    pinned: false,
    flags: message.flags,
    nonce: message.nonce,
    mention_everyone: message.pinged.everyone,
    mention_roles: [...message.pinged.roles],
    mentions: message.pinged.users.flatMap((id) => {
      const user = world.users.get(id);
      return user === undefined ? [] : [userPayload(user)];
    }),
    ...(replied === undefined
      ? {}
      : {
          message_reference: wire({
            type: 0,
            message_id: replied.id,
            channel_id: replied.channelId,
            guild_id: replied.guildId,
          }),
          referenced_message: messagePayload(world, { ...replied, replyTo: '' }, withContent),
        }),
    reactions: reactionPayloads(world, message.id),
    thread: thread === undefined ? undefined : channelPayload(world, thread),
    ...(message.interaction === undefined
      ? {}
      : {
          application_id: world.seed.applicationId,
          webhook_id: world.seed.applicationId,
          interaction_metadata: {
            id: message.interaction.id,
            type: message.interaction.kind,
            user: userPayload(message.interaction.user),
            authorizing_integration_owners: {},
          },
        }),
  });
}

function reactionPayloads(world: World, messageId: string): readonly JsonObject[] | undefined {
  const byEmoji = world.reactions.get(messageId);
  if (byEmoji === undefined || byEmoji.size === 0) return undefined;
  return [...byEmoji].map(([emoji, users]) => ({
    emoji: emojiPayload(emoji),
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    burst_colors: [],
    me_burst: false,
    me: users.has(world.seed.bot.id),
  }));
}

/** `name:id` is a custom emoji, anything else a character. */
export function emojiPayload(emoji: string): JsonObject {
  const [name, id] = emoji.split(':');
  return { name: name ?? emoji, id: id ?? null };
}

/** GUILD_CREATE, also the body of `GET /guilds/:id` (which ignores what it does not know). */
export function guildPayload(world: World): JsonObject {
  const channels = [...world.channels.values()].filter((channel) => channel.guildId !== undefined);
  return {
    id: world.seed.guildId,
    name: world.seed.guildName,
    owner_id: world.seed.users.owner.id,
    icon: null,
    unavailable: false,
    large: false,
    member_count: world.members.size,
    joined_at: new Date(0).toISOString(),
    preferred_locale: 'en-US',
    features: [],
    emojis: [],
    stickers: [],
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    afk_timeout: 300,
    system_channel_flags: 0,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    premium_tier: 0,
    premium_subscription_count: 0,
    roles: [...world.roles.values()].map(rolePayload),
    channels: channels
      .filter((channel) => channel.type === 0)
      .map((channel) => channelPayload(world, channel)),
    threads: channels
      .filter((channel) => channel.type === 11 && !channel.archived)
      .map((channel) => channelPayload(world, channel)),
    members: [...world.members.keys()]
      .sort((a, b) => bySnowflake({ id: a }, { id: b }))
      .map((userId) => memberWithUser(world, userId)),
  };
}
