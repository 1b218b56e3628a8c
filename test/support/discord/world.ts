/**
 * The loopback's memory: tables by id, and look-ups that answer with Discord's own errors.
 * Records are replaced, never changed in place, so a revision once taken stays what it was.
 */
import type { JsonObject } from '../../../src/lib/json.ts';
import { discordErrors } from './errors.ts';
import type { InteractionRecord } from './interaction-record.ts';
import type { Seed } from './seed.ts';
import { bySnowflake } from './snowflake.ts';
import type {
  LoopbackAttachment,
  LoopbackChannel,
  LoopbackMessage,
  LoopbackRole,
  LoopbackUser,
} from './types.ts';

/** What a bot may be kept from doing in a channel. `view` answers 50001, the others 50013. */
export type Denial = 'view' | 'send' | 'react' | 'threads';

/** All tables. */
export interface World {
  readonly seed: Seed;
  readonly users: Map<string, LoopbackUser>;
  readonly roles: Map<string, LoopbackRole>;
  /** Role ids by user id; being in the map is being a member. */
  readonly members: Map<string, readonly string[]>;
  readonly channels: Map<string, LoopbackChannel>;
  readonly messages: Map<string, LoopbackMessage>;
  readonly attachments: Map<string, LoopbackAttachment>;
  /** User ids by emoji by message id. */
  readonly reactions: Map<string, Map<string, Set<string>>>;
  readonly interactions: Map<string, InteractionRecord>;
  /** Registered application commands: `global` or a guild id. */
  readonly commands: Map<string, readonly JsonObject[]>;
  readonly denials: Set<string>;
  channel(id: string): LoopbackChannel;
  message(channelId: string, id: string): LoopbackMessage;
  user(id: string): LoopbackUser;
  /** Undeleted messages of a channel, oldest first, ephemeral ones included. */
  messagesIn(channelId: string): readonly LoopbackMessage[];
  /** Throws 50001 or 50013 when the bot is kept from `action` in the channel. */
  require(channelId: string, action: Denial): void;
}

/** Builds the tables from the seed. */
export function createWorld(seed: Seed): World {
  const people = [seed.bot, ...Object.values(seed.users)];
  const messages = new Map<string, LoopbackMessage>();
  const channels = new Map(Object.values(seed.channels).map((channel) => [channel.id, channel]));
  const users = new Map(people.map((user) => [user.id, user]));
  const denials = new Set<string>();
  return {
    seed,
    users,
    roles: new Map(Object.values(seed.roles).map((role) => [role.id, role])),
    members: new Map(Object.entries(seed.memberRoles)),
    channels,
    messages,
    attachments: new Map(),
    reactions: new Map(),
    interactions: new Map(),
    commands: new Map(),
    denials,
    channel(id) {
      const found = channels.get(id);
      if (found === undefined) throw discordErrors.unknownChannel();
      return found;
    },
    message(channelId, id) {
      const found = messages.get(id);
      if (found === undefined || found.channelId !== channelId || found.deletedAt !== undefined)
        throw discordErrors.unknownMessage();
      return found;
    },
    user(id) {
      const found = users.get(id);
      if (found === undefined) throw discordErrors.unknownUser();
      return found;
    },
    messagesIn: (channelId) =>
      [...messages.values()]
        .filter((message) => message.channelId === channelId && message.deletedAt === undefined)
        .sort(bySnowflake),
    require(channelId, action) {
      if (denials.has(`${channelId} view`)) throw discordErrors.missingAccess();
      if (denials.has(`${channelId} ${action}`)) throw discordErrors.missingPermissions();
    },
  };
}
