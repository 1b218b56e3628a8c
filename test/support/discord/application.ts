/** The bot's application, whose flags tell which privileged intents are switched on. */
import type { JsonObject } from '../../../src/lib/json.ts';
import { userPayload } from './payloads.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

const MEMBERS_LIMITED = 1 << 15;
const MESSAGE_CONTENT_LIMITED = 1 << 19;

/** The "limited" flags: those of an application in fewer than 100 guilds. */
export const applicationFlags = (settings: Settings): number =>
  (settings.messageContentGranted ? MESSAGE_CONTENT_LIMITED : 0) |
  (settings.guildMembersGranted ? MEMBERS_LIMITED : 0);

/** `GET /applications/@me` and `GET /oauth2/applications/@me`. */
export const applicationPayload = (world: World, settings: Settings): JsonObject => ({
  id: world.seed.applicationId,
  name: world.seed.bot.globalName,
  icon: null,
  description: 'The loopback bot',
  bot_public: false,
  bot_require_code_grant: false,
  verify_key: '0'.repeat(64),
  flags: applicationFlags(settings),
  owner: userPayload(world.seed.users.owner),
  team: null,
  bot: userPayload(world.seed.bot),
  approximate_guild_count: 1,
});
