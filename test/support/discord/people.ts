/** Acting as people: writing, editing, reacting, clicking, commanding. */
import { Buffer } from 'node:buffer';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Core } from './core.ts';
import { INTENTS } from './intents.ts';
import { createInteraction, type InteractionHandle } from './interactions.ts';
import { childComponents } from './mentions.ts';
import { modalData } from './modals.ts';
import { memberWithUser } from './payloads.ts';
import { createMessage, deleteMessage, editMessage, type IncomingFile } from './posts.ts';
import { addReaction, removeReaction } from './reactions.ts';
import { directChannel } from './routes/channels.ts';
import { slashData, type SlashOptions } from './slash.ts';
import type { LoopbackChannel, LoopbackMessage, LoopbackUser, Upload } from './types.ts';
import { text } from './wire.ts';

/** A thing or its id. */
export type Ref<T extends { readonly id: string }> = T | string;

/** What a message may have besides its text. */
interface SayOptions {
  readonly files?: readonly Upload[];
  readonly replyTo?: Ref<LoopbackMessage>;
  /** False: the reply does not mention the author of what it replies to. */
  readonly pingReplied?: boolean;
  /** Users mentioned beyond those the text names. */
  readonly mentions?: readonly Ref<LoopbackUser>[];
  /** When it was written (ms), for messages from the past. */
  readonly at?: number;
}

/** What people do. */
export interface People {
  say(
    user: Ref<LoopbackUser>,
    channel: Ref<LoopbackChannel>,
    content: string,
    options?: SayOptions,
  ): LoopbackMessage;
  editMessage(message: Ref<LoopbackMessage>, content: string): LoopbackMessage;
  deleteMessage(message: Ref<LoopbackMessage>): void;
  react(user: Ref<LoopbackUser>, message: Ref<LoopbackMessage>, emoji: string): void;
  unreact(user: Ref<LoopbackUser>, message: Ref<LoopbackMessage>, emoji: string): void;
  /** Presses a button, or picks `values` in a menu. Throws when it is not there or is disabled. */
  click(
    user: Ref<LoopbackUser>,
    message: Ref<LoopbackMessage>,
    customId: string,
    values?: readonly string[],
  ): InteractionHandle;
  /** Sends the modal that `opened` was answered with. Throws when it was not. */
  submitModal(
    user: Ref<LoopbackUser>,
    opened: InteractionHandle,
    values: Readonly<Record<string, string>>,
  ): InteractionHandle;
  slash(
    user: Ref<LoopbackUser>,
    channel: Ref<LoopbackChannel>,
    name: string,
    options?: SlashOptions,
  ): InteractionHandle;
  /** Asks for choices while `focused` is being typed. */
  autocomplete(
    user: Ref<LoopbackUser>,
    channel: Ref<LoopbackChannel>,
    name: string,
    options: SlashOptions,
    focused: string,
  ): InteractionHandle;
  /** The direct message between the bot and this person. */
  direct(user: Ref<LoopbackUser>): LoopbackChannel;
  /** Gives a member exactly these roles. */
  setRoles(user: Ref<LoopbackUser>, roleIds: readonly string[]): void;
}

/** People of one loopback. */
export function createPeople(core: Core): People {
  const { world } = core;
  const user = (ref: Ref<LoopbackUser>): LoopbackUser => world.user(idOf(ref));
  const message = (ref: Ref<LoopbackMessage>): LoopbackMessage => {
    const found = world.messages.get(idOf(ref));
    if (found === undefined || found.deletedAt !== undefined)
      throw new Error(`The loopback has no message ${idOf(ref)}.`);
    return found;
  };
  return {
    say: (by, channel, content, options = {}) =>
      createMessage(core, {
        author: user(by),
        channelId: idOf(channel),
        body: bodyOf(content, options),
        files: (options.files ?? []).map(incoming),
        mentions: (options.mentions ?? []).map(idOf),
        ...(options.at === undefined ? {} : { at: options.at }),
      }),
    editMessage: (ref, content) => editMessage(core, message(ref), { content }),
    deleteMessage: (ref) => deleteMessage(core, message(ref)),
    react: (by, ref, emoji) => addReaction(core, message(ref), user(by), emoji),
    unreact: (by, ref, emoji) => removeReaction(core, message(ref), user(by), emoji),
    click(by, ref, customId, values) {
      const on = message(ref);
      const type = componentType(on, customId);
      return createInteraction(core, {
        kind: 3,
        user: user(by),
        channelId: on.channelId,
        messageId: on.id,
        data: {
          custom_id: customId,
          component_type: type,
          ...(values === undefined ? {} : { values: [...values] }),
        },
      });
    },
    submitModal(by, { record }, values) {
      if (record.response?.type !== 9)
        throw new Error(
          `Interaction ${record.id} was not answered with a modal: await response().`,
        );
      return createInteraction(core, {
        kind: 5,
        user: user(by),
        channelId: record.channelId,
        data: modalData(record.response.data, values),
        ...(record.messageId === undefined ? {} : { messageId: record.messageId }),
      });
    },
    slash: (by, channel, name, options = {}) =>
      createInteraction(core, {
        kind: 2,
        user: user(by),
        channelId: idOf(channel),
        data: slashData(world, name, options),
      }),
    autocomplete: (by, channel, name, options, focused) =>
      createInteraction(core, {
        kind: 4,
        user: user(by),
        channelId: idOf(channel),
        data: slashData(world, name, options, focused),
      }),
    direct: (ref) => directChannel(core, idOf(ref)),
    setRoles(ref, roleIds) {
      world.members.set(idOf(ref), [...roleIds]);
      core.dispatch('GUILD_MEMBER_UPDATE', INTENTS.guildMembers, () => ({
        ...memberWithUser(world, idOf(ref)),
        guild_id: world.seed.guildId,
      }));
      core.hub.changed();
    },
  };
}

/** The id of a thing or of its id. */
export const idOf = (ref: Ref<{ readonly id: string }>): string =>
  typeof ref === 'string' ? ref : ref.id;

function bodyOf(content: string, options: SayOptions): JsonObject {
  if (options.replyTo === undefined) return { content };
  return {
    content,
    message_reference: { message_id: idOf(options.replyTo) },
    ...(options.pingReplied === false
      ? { allowed_mentions: { parse: ['users', 'roles', 'everyone'], replied_user: false } }
      : {}),
  };
}

function incoming({ filename, content, contentType }: Upload, index: number): IncomingFile {
  return {
    index,
    filename,
    contentType: contentType ?? 'application/octet-stream',
    content: typeof content === 'string' ? Buffer.from(content) : content,
  };
}

function componentType(message: LoopbackMessage, customId: string): number {
  const all = (list: readonly JsonObject[]): readonly JsonObject[] =>
    list.flatMap((item) => [item, ...all(childComponents(item))]);
  const items = all(message.components);
  const found = items.find((item) => item['custom_id'] === customId);
  const type = found?.['type'];
  if (found === undefined || typeof type !== 'number') {
    const ids = items.flatMap((item) => text(item, 'custom_id') ?? []).join(', ') || 'none';
    throw new Error(`Message ${message.id} has no component "${customId}" (it has: ${ids}).`);
  }
  if (found['disabled'] === true)
    throw new Error(`The component "${customId}" of message ${message.id} is disabled.`);
  return type;
}
