/** The guild, its roles and members; users; the application; where the gateway is. */
import { applicationPayload } from '../application.ts';
import { discordErrors } from '../errors.ts';
import { gatewayUrl } from '../gateway-url.ts';
import {
  channelPayload,
  guildPayload,
  memberWithUser,
  rolePayload,
  userPayload,
} from '../payloads.ts';
import type { Route, RouteRequest } from '../route.ts';
import type { World } from '../world.ts';

/** Routes that only read. */
export const guildRoutes: readonly Route[] = [
  read('/guilds/:guild', (request) => guildPayload(guildOf(request))),
  read('/guilds/:guild/roles', (request) => [...guildOf(request).roles.values()].map(rolePayload)),
  read('/guilds/:guild/channels', (request) => {
    const world = guildOf(request);
    return [...world.channels.values()]
      .filter((channel) => channel.type === 0)
      .map((channel) => channelPayload(world, channel));
  }),
  read('/guilds/:guild/members', (request) => {
    const world = guildOf(request);
    const limit = Number(request.query.get('limit') ?? 1);
    const after = BigInt(request.query.get('after') ?? 0);
    return [...world.members.keys()]
      .filter((id) => BigInt(id) > after)
      .slice(0, limit)
      .map((id) => memberWithUser(world, id));
  }),
  read('/guilds/:guild/members/search', (request) => {
    const world = guildOf(request);
    const prefix = (request.query.get('query') ?? '').toLowerCase();
    return [...world.members.keys()]
      .filter((id) => world.user(id).username.startsWith(prefix))
      .map((id) => memberWithUser(world, id));
  }),
  read('/guilds/:guild/members/:user', (request) => {
    const world = guildOf(request);
    const asked = request.param('user');
    const id = asked === '@me' ? world.seed.bot.id : asked;
    if (!world.members.has(id)) throw discordErrors.unknownMember();
    return memberWithUser(world, id);
  }),
  read('/users/@me', ({ core }) => userPayload(core.world.seed.bot)),
  read('/users/:user', ({ core, param }) => userPayload(core.world.user(param('user')))),
  read('/applications/@me', ({ core }) => applicationPayload(core.world, core.settings)),
  read('/oauth2/applications/@me', ({ core }) => applicationPayload(core.world, core.settings)),
  read('/gateway/bot', ({ core }) => ({
    url: gatewayUrl(core),
    shards: 1,
    session_start_limit: {
      total: 1000,
      remaining: 999,
      reset_after: 86_400_000,
      max_concurrency: 1,
    },
  })),
];

function read(
  path: string,
  answer: (request: RouteRequest) => ReturnType<Route['handle']>['body'],
): Route {
  return {
    method: 'GET',
    path,
    handle(request) {
      const body = answer(request);
      return body === undefined ? {} : { body };
    },
  };
}

function guildOf({ core, param }: RouteRequest): World {
  if (param('guild') !== core.world.seed.guildId) throw discordErrors.unknownGuild();
  return core.world;
}
