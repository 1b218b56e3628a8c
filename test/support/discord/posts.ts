/**
 * Posting, editing and deleting messages: one way for people, for the bot and for interactions.
 * Every change is announced on the gateway and kept as a revision.
 */
import type { Buffer } from 'node:buffer';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Core } from './core.ts';
import { discordErrors, invalidForm } from './errors.ts';
import { messageIntent, showsContent, INTENTS } from './intents.ts';
import { checkMessage, FILE_BYTES } from './limits.ts';
import { pingedBy, pingingText } from './mentions.ts';
import { messagePayload } from './payloads.ts';
import type { LoopbackAttachment, LoopbackMessage, LoopbackUser, Revision } from './types.ts';
import { label, number, object, objects, text, wire } from './wire.ts';

/** An uploaded file; `index` is the n of `files[n]`. */
export interface IncomingFile {
  readonly index: number;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** A message to be. `body` is what Discord's API takes. */
export interface Post {
  readonly author: LoopbackUser;
  readonly channelId: string;
  readonly body: JsonObject;
  readonly files?: readonly IncomingFile[];
  /** When it was written, for messages from the past. */
  readonly at?: number;
  readonly interaction?: NonNullable<LoopbackMessage['interaction']>;
  readonly ephemeralFor?: string;
  /** Users mentioned beyond what the text names. */
  readonly mentions?: readonly string[];
  /** The application is thinking: an empty message is right. */
  readonly deferred?: boolean;
}

const EPHEMERAL = 64;
const LOADING = 128;
/** "The past few minutes", as the documentation of `enforce_nonce` has it. */
const NONCE_MS = 5 * 60_000;

/** Checks, stores and announces a message. A repeated enforced nonce gives the first message. */
export function createMessage(core: Core, post: Post): LoopbackMessage {
  const { world } = core;
  const { body, author } = post;
  const channel = world.channel(post.channelId);
  const flags = number(body, 'flags') ?? 0;
  if (post.deferred !== true) {
    checkMessage(body, flags);
    refuseEmpty(body, post.files ?? []);
  }
  const repeated = sameNonce(core, post);
  if (repeated !== undefined) return repeated;
  const replyTo = repliedMessage(core, post);
  const pinged = pingedBy(pingingText(body), object(body, 'allowed_mentions'), replyTo?.author.id);
  const at = post.at ?? core.settings.now();
  const nonce = label(body, 'nonce');
  const revision: Revision = {
    at,
    content: text(body, 'content') ?? '',
    embeds: objects(body, 'embeds'),
    components: objects(body, 'components'),
    attachments: storeFiles(core, body, post.files ?? []),
    flags: flags | (post.deferred === true ? LOADING : 0),
  };
  const message: LoopbackMessage = {
    ...revision,
    id: core.nextId(post.at),
    channelId: channel.id,
    ...(channel.guildId === undefined ? {} : { guildId: channel.guildId }),
    author,
    type: post.interaction?.kind === 2 ? 20 : replyTo === undefined ? 0 : 19,
    createdAt: at,
    ...(replyTo === undefined ? {} : { replyTo: replyTo.id }),
    ...(nonce === undefined ? {} : { nonce }),
    ...(post.interaction === undefined ? {} : { interaction: post.interaction }),
    ...((flags & EPHEMERAL) !== 0 && post.ephemeralFor !== undefined
      ? { ephemeralFor: post.ephemeralFor }
      : {}),
    pinged: {
      ...pinged,
      users: [...new Set([...pinged.users, ...(post.mentions ?? [])])].filter(
        (id) => id !== author.id,
      ),
    },
    revisions: [revision],
  };
  world.messages.set(message.id, message);
  announce(core, 'MESSAGE_CREATE', message);
  return message;
}

/** Applies an edit: absent members stay, null and empty ones clear. Nobody is pinged. */
export function editMessage(
  core: Core,
  before: LoopbackMessage,
  body: JsonObject,
  files: readonly IncomingFile[] = [],
): LoopbackMessage {
  // IS_COMPONENTS_V2 (and what else was set) cannot be taken back by an edit that omits flags.
  const flags = ((number(body, 'flags') ?? 0) | before.flags) & ~LOADING;
  checkMessage(body, flags);
  const kept = body['attachments'] === undefined ? before.attachments : keptBy(before, body);
  const revision: Revision = {
    at: core.settings.now(),
    content: 'content' in body ? (text(body, 'content') ?? '') : before.content,
    embeds: 'embeds' in body ? objects(body, 'embeds') : before.embeds,
    components: 'components' in body ? objects(body, 'components') : before.components,
    attachments: [...kept, ...storeFiles(core, body, files)],
    flags,
  };
  const { content, embeds, components, attachments } = revision;
  if (content === '' && embeds.length + components.length + attachments.length === 0)
    throw discordErrors.emptyMessage();
  const thinking = (before.flags & LOADING) !== 0;
  const message: LoopbackMessage = {
    ...before,
    ...revision,
    editedAt: revision.at,
    // The answer to a deferred interaction is its first text, so it may ping.
    ...(thinking
      ? { pinged: pingedBy(pingingText(body), object(body, 'allowed_mentions'), undefined) }
      : {}),
    revisions: thinking ? [revision] : [...before.revisions, revision],
  };
  core.world.messages.set(message.id, message);
  announce(core, 'MESSAGE_UPDATE', message);
  return message;
}

/** Marks a message as deleted; its history stays readable for tests. */
export function deleteMessage(core: Core, message: LoopbackMessage): void {
  core.world.messages.set(message.id, { ...message, deletedAt: core.settings.now() });
  if (message.ephemeralFor === undefined)
    core.dispatch('MESSAGE_DELETE', messageIntent(message), () =>
      wire({ id: message.id, channel_id: message.channelId, guild_id: message.guildId }),
    );
  core.hub.changed();
}

function announce(core: Core, event: string, message: LoopbackMessage): void {
  if (message.ephemeralFor === undefined) {
    const { world } = core;
    core.dispatch(event, messageIntent(message), (intents) => ({
      ...messagePayload(
        world,
        message,
        showsContent(world, message, (intents & INTENTS.messageContent) !== 0),
      ),
      // Without it discord.js drops messages of direct messages it has not met yet.
      channel_type: world.channel(message.channelId).type,
      ...guildPart(core, message),
    }));
  }
  core.hub.changed();
}

function guildPart({ world }: Core, { guildId, author }: LoopbackMessage): JsonObject {
  if (guildId === undefined) return {};
  return {
    guild_id: guildId,
    member: {
      roles: [...(world.members.get(author.id) ?? [])],
      joined_at: new Date(0).toISOString(),
      deaf: false,
      mute: false,
      flags: 0,
    },
  };
}

function refuseEmpty(body: JsonObject, files: readonly IncomingFile[]): void {
  const parts = objects(body, 'embeds').length + objects(body, 'components').length + files.length;
  if ((text(body, 'content') ?? '').trim() === '' && parts === 0)
    throw discordErrors.emptyMessage();
}

function sameNonce(core: Core, { body, channelId, author }: Post): LoopbackMessage | undefined {
  const nonce = label(body, 'nonce');
  if (body['enforce_nonce'] !== true || nonce === undefined) return undefined;
  const since = core.settings.now() - NONCE_MS;
  return core.world
    .messagesIn(channelId)
    .find(
      (message) =>
        message.nonce === nonce && message.author.id === author.id && message.createdAt >= since,
    );
}

function repliedMessage(core: Core, { body, channelId }: Post): LoopbackMessage | undefined {
  const reference = object(body, 'message_reference');
  if (reference === undefined) return undefined;
  const found = core.world.messages.get(text(reference, 'message_id') ?? '');
  if (found?.channelId === channelId && found.deletedAt === undefined) return found;
  if (reference['fail_if_not_exists'] === false) return undefined;
  throw invalidForm([{ path: ['message_reference'], message: 'Unknown message' }]);
}

function keptBy(before: LoopbackMessage, body: JsonObject): readonly LoopbackAttachment[] {
  const ids = objects(body, 'attachments').map((each) => label(each, 'id'));
  return before.attachments.filter((attachment) => ids.includes(attachment.id));
}

function storeFiles(
  core: Core,
  body: JsonObject,
  files: readonly IncomingFile[],
): readonly LoopbackAttachment[] {
  const described = objects(body, 'attachments');
  return files.map((file) => {
    if (file.content.length > FILE_BYTES) throw discordErrors.tooLarge();
    const about = described.find((each) => label(each, 'id') === String(file.index)) ?? {};
    const id = core.nextId();
    const filename = text(about, 'filename') ?? file.filename;
    const description = text(about, 'description');
    const attachment: LoopbackAttachment = {
      id,
      filename,
      contentType: file.contentType,
      content: file.content,
      url: `${core.origin()}/attachments/${id}/${encodeURIComponent(filename)}`,
      ...(description === undefined ? {} : { description }),
    };
    core.world.attachments.set(id, attachment);
    return attachment;
  });
}
