/**
 * Where a Discord-compatible server is and what is in it: the loopback's own data, or, when
 * `DISCORD_TEST_API` is set, another server's from the environment.
 *
 * `DISCORD_TEST_API` (`http://host:port/api`), `DISCORD_TEST_TOKEN`, `DISCORD_TEST_SEED` (JSON:
 * `{applicationId, guildId, botUserId, users, roles, channels}`, each map from name to id).
 */
import { z } from 'zod';
import type { LoopbackDiscord } from './server.ts';

const snowflake = z.string().regex(/^\d{17,19}$/);
const seed = z.object({
  applicationId: snowflake,
  guildId: snowflake,
  botUserId: snowflake,
  users: z.object({
    owner: snowflake,
    commander: snowflake,
    captain: snowflake,
    worker: snowflake,
    stranger: snowflake,
  }),
  roles: z.object({
    everyone: snowflake,
    bot: snowflake,
    commander: snowflake,
    captain: snowflake,
    worker: snowflake,
  }),
  channels: z.object({ ops: snowflake, alerts: snowflake, general: snowflake, dm: snowflake }),
});
const environment = z.object({
  DISCORD_TEST_API: z.url(),
  DISCORD_TEST_TOKEN: z.string().min(1),
  DISCORD_TEST_SEED: z
    .string()
    .transform((source): unknown => JSON.parse(source))
    .pipe(seed),
});

/** A server to test against: its address, the bot's token and the ids of what is in it. */
export interface DiscordTarget extends z.output<typeof seed> {
  readonly api: string;
  readonly token: string;
}

/**
 * The environment's server when it names one, else `loopback`'s.
 * Throws when neither is there or the environment's data is not complete.
 */
export function discordTarget(
  loopback?: LoopbackDiscord,
  env: NodeJS.ProcessEnv = process.env,
): DiscordTarget {
  if (env['DISCORD_TEST_API'] !== undefined) {
    const read = environment.safeParse(env);
    if (!read.success)
      throw new Error(`The DISCORD_TEST_* variables do not fit:\n${z.prettifyError(read.error)}`);
    const { DISCORD_TEST_API: api, DISCORD_TEST_TOKEN: token, DISCORD_TEST_SEED } = read.data;
    return { api, token, ...DISCORD_TEST_SEED };
  }
  if (loopback === undefined)
    throw new Error('No Discord to test against: pass a loopback or set DISCORD_TEST_API.');
  return targetOf(loopback);
}

/** The target a loopback is. */
export function targetOf({ api, token, seed: given }: LoopbackDiscord): DiscordTarget {
  const { users, roles, channels } = given;
  return {
    api,
    token,
    applicationId: given.applicationId,
    guildId: given.guildId,
    botUserId: given.bot.id,
    users: {
      owner: users.owner.id,
      commander: users.commander.id,
      captain: users.captain.id,
      worker: users.worker.id,
      stranger: users.stranger.id,
    },
    roles: {
      everyone: roles.everyone.id,
      bot: roles.bot.id,
      commander: roles.commander.id,
      captain: roles.captain.id,
      worker: roles.worker.id,
    },
    channels: {
      ops: channels.ops.id,
      alerts: channels.alerts.id,
      general: channels.general.id,
      dm: channels.dm.id,
    },
  };
}

/** The variables that lead another process's `discordTarget()` to this target. */
export function toEnvironment({ api, token, ...rest }: DiscordTarget): Record<string, string> {
  return {
    DISCORD_TEST_API: api,
    DISCORD_TEST_TOKEN: token,
    DISCORD_TEST_SEED: JSON.stringify(rest),
  };
}
