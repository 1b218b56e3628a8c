/** From a name in the settings to a channel's id. */
import { isSnowflake } from './snowflake.ts';
import { factsOf } from './errors.ts';
import type { Client } from 'discord.js';

/**
 * `ops`, `#ops`, `<#id>`, an id; `user:<id>` and `dm:<id>` for direct messages. Null when there
 * is none, or none the bot can see.
 */
export const findChannel = async (client: Client<true>, name: string): Promise<string | null> => {
  const wanted = name.trim();
  const person = /^(?:dm|user):<?@?!?(\d+)>?$/i.exec(wanted)?.[1];
  if (person !== undefined) return isSnowflake(person) ? openDirect(client, person) : null;
  const id = /^<#(\d+)>$/.exec(wanted)?.[1] ?? wanted;
  if (isSnowflake(id)) return fetchChannel(client, id);
  const title = wanted.replace(/^#/, '').toLowerCase();
  const found = client.channels.cache.find(
    (channel) =>
      channel.isTextBased() && !channel.isDMBased() && channel.name.toLowerCase() === title,
  );
  return found?.id ?? null;
};

const fetchChannel = async (client: Client<true>, id: string): Promise<string | null> => {
  const channel = await missingAsNull(client.channels.fetch(id));
  return channel?.isTextBased() === true ? channel.id : null;
};

const openDirect = async (client: Client<true>, user: string): Promise<string | null> =>
  (await missingAsNull(client.users.createDM(user)))?.id ?? null;

const missingAsNull = async <T>(asked: Promise<T>): Promise<T | null> => {
  try {
    return await asked;
  } catch (error) {
    const { status } = factsOf(error);
    if (status === 404 || status === 403 || status === 400) return null;
    throw error;
  }
};
