/** Adding and removing reactions, by people and by the bot. */
import type { Core } from './core.ts';
import { reactionIntent } from './intents.ts';
import { emojiPayload, memberWithUser } from './payloads.ts';
import type { LoopbackMessage, LoopbackUser } from './types.ts';
import { wire } from './wire.ts';

/** Adds a reaction; a second one of the same person changes nothing. */
export function addReaction(
  core: Core,
  message: LoopbackMessage,
  user: LoopbackUser,
  emoji: string,
): void {
  const byEmoji = core.world.reactions.get(message.id) ?? new Map<string, Set<string>>();
  const users = byEmoji.get(emoji) ?? new Set<string>();
  core.world.reactions.set(message.id, byEmoji.set(emoji, users));
  if (users.has(user.id)) return;
  users.add(user.id);
  announce(core, 'MESSAGE_REACTION_ADD', message, user, emoji);
}

/** Takes a reaction away; one that is not there is no error. */
export function removeReaction(
  core: Core,
  message: LoopbackMessage,
  user: LoopbackUser,
  emoji: string,
): void {
  const byEmoji = core.world.reactions.get(message.id);
  const users = byEmoji?.get(emoji);
  if (users?.delete(user.id) !== true) return;
  if (users.size === 0) byEmoji?.delete(emoji);
  announce(core, 'MESSAGE_REACTION_REMOVE', message, user, emoji);
}

function announce(
  core: Core,
  event: string,
  message: LoopbackMessage,
  user: LoopbackUser,
  emoji: string,
): void {
  const added = event === 'MESSAGE_REACTION_ADD';
  core.dispatch(event, reactionIntent(message), () =>
    wire({
      user_id: user.id,
      channel_id: message.channelId,
      message_id: message.id,
      guild_id: message.guildId,
      message_author_id: added ? message.author.id : undefined,
      member:
        added && message.guildId !== undefined ? memberWithUser(core.world, user.id) : undefined,
      emoji: emojiPayload(emoji),
      burst: false,
      type: 0,
    }),
  );
  core.hub.changed();
}
