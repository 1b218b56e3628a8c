/** Who somebody is: name and roles. Roles are asked for anew where the network did not send them. */
import type { Client, Guild, GuildMember, Interaction, User } from 'discord.js';
import type { ChatUser } from '../port.ts';

/** The author of a message or an interaction. `member` is what came with it, `guild` where it was. */
export const chatUser = async (
  client: Client<true>,
  user: User,
  guild: Guild | null,
  member: Interaction['member'],
): Promise<ChatUser> => {
  if (member !== null && Array.isArray(member.roles)) {
    return userOf(user, member.roles, user.displayName);
  }
  const known = isMember(member) ? member : await findMember(client, user, guild);
  return known === null ? userOf(user, [], user.displayName) : memberUser(user, known);
};

const isMember = (member: Interaction['member']): member is GuildMember =>
  member !== null && 'displayName' in member;

const memberUser = (user: User, member: GuildMember): ChatUser => {
  const roles = member.roles.cache.filter((role) => role.id !== member.guild.id);
  return userOf(
    user,
    [...roles.values()].flatMap((role) => [role.id, role.name]),
    member.displayName,
  );
};

const userOf = (user: User, roles: readonly string[], name: string): ChatUser => ({
  id: user.id,
  name,
  roles,
  local: false,
});

/**
 * In a direct message there are no roles: those of the first shared guild count. Always asked
 * for, because without the members intent nobody tells when a role was taken away.
 */
const findMember = async (
  client: Client<true>,
  user: User,
  guild: Guild | null,
): Promise<GuildMember | null> => {
  const guilds = guild === null ? [...client.guilds.cache.values()].slice(0, 5) : [guild];
  for (const one of guilds) {
    const member = await one.members.fetch({ user, force: true }).catch(() => null);
    if (member !== null) return member;
  }
  return null;
};
