/**
 * The guild every loopback starts with: five people, their roles, three channels and the bot.
 * Each loopback has ids of its own; names are fixed, so tests say `seed.users.commander`.
 */
import type { LoopbackChannel, LoopbackRole, LoopbackUser } from './types.ts';

/** Names of the seeded people. `stranger` has no role. */
type SeedUserName = 'owner' | 'commander' | 'captain' | 'worker' | 'stranger';
/** Names of the seeded roles. `bot` is the managed role of the bot. */
type SeedRoleName = 'everyone' | 'bot' | 'commander' | 'captain' | 'worker';
/** Names of the seeded channels. `dm` is the bot's direct message with `worker`. */
type SeedChannelName = 'ops' | 'alerts' | 'general' | 'dm';

/** Everything a loopback knows before anything happens. */
export interface Seed {
  readonly token: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly guildName: string;
  readonly bot: LoopbackUser;
  readonly users: Readonly<Record<SeedUserName, LoopbackUser>>;
  readonly roles: Readonly<Record<SeedRoleName, LoopbackRole>>;
  readonly channels: Readonly<Record<SeedChannelName, LoopbackChannel>>;
  /** Role ids by user id, @everyone left out as Discord does. */
  readonly memberRoles: Readonly<Record<string, readonly string[]>>;
}

/** View, send, threads, embeds, files, history, reactions, mention everyone, slash commands. */
const BOT_PERMISSIONS = String(
  (1n << 6n) |
    (1n << 10n) |
    (1n << 11n) |
    (1n << 14n) |
    (1n << 15n) |
    (1n << 16n) |
    (1n << 17n) |
    (1n << 31n) |
    (1n << 35n) |
    (1n << 38n),
);
const MEMBER_PERMISSIONS = String((1n << 6n) | (1n << 10n) | (1n << 11n) | (1n << 16n));

/** Makes the seed with ids from `nextId`. */
export function createSeed(nextId: () => string): Seed {
  const guildId = nextId();
  const user = (username: string, globalName: string, bot = false): LoopbackUser => ({
    id: nextId(),
    username,
    globalName,
    bot,
  });
  const role = (name: string, position: number): LoopbackRole => ({
    id: nextId(),
    name,
    position,
    permissions: MEMBER_PERMISSIONS,
    mentionable: true,
  });
  const channel = (name: string): LoopbackChannel => ({
    id: nextId(),
    type: 0,
    name,
    guildId,
    archived: false,
  });
  const bot = user('workflow', 'Workflow', true);
  const users = {
    owner: user('ada', 'Ada'),
    commander: user('lucius', 'Lucius'),
    captain: user('mara', 'Mara'),
    worker: user('tomas', 'Tomas'),
    stranger: user('nobody', 'Nobody'),
  };
  const roles = {
    everyone: { ...role('@everyone', 0), id: guildId, mentionable: false },
    worker: role('Worker', 1),
    captain: role('Captain', 2),
    commander: role('Commander', 3),
    bot: {
      ...role('Workflow', 4),
      permissions: BOT_PERMISSIONS,
      mentionable: false,
      botId: bot.id,
    },
  };
  return {
    token: `${Buffer.from(bot.id).toString('base64url')}.loopback.${'x'.repeat(27)}`,
    applicationId: bot.id,
    guildId,
    guildName: 'Loopback Station',
    bot,
    users,
    roles,
    channels: {
      ops: channel('ops'),
      alerts: channel('alerts'),
      general: channel('general'),
      dm: { id: nextId(), type: 1, name: '', recipientId: users.worker.id, archived: false },
    },
    memberRoles: {
      [bot.id]: [roles.bot.id],
      [users.owner.id]: [],
      [users.commander.id]: [roles.commander.id],
      [users.captain.id]: [roles.captain.id],
      [users.worker.id]: [roles.worker.id],
      [users.stranger.id]: [],
    },
  };
}
