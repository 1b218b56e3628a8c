/** Reactions on messages. */
import { userPayload } from '../payloads.ts';
import { addReaction, removeReaction } from '../reactions.ts';
import type { Route } from '../route.ts';

const REACTION = '/channels/:channel/messages/:message/reactions/:emoji';

/** Routes below `…/reactions`. */
export const reactionRoutes: readonly Route[] = [
  {
    method: 'PUT',
    path: `${REACTION}/@me`,
    handle({ core, param }) {
      core.world.require(param('channel'), 'react');
      const message = core.world.message(param('channel'), param('message'));
      addReaction(core, message, core.world.seed.bot, param('emoji'));
      return {};
    },
  },
  {
    method: 'DELETE',
    path: `${REACTION}/:user`,
    handle({ core, param }) {
      const message = core.world.message(param('channel'), param('message'));
      const user = param('user') === '@me' ? core.world.seed.bot : core.world.user(param('user'));
      removeReaction(core, message, user, param('emoji'));
      return {};
    },
  },
  {
    method: 'GET',
    path: REACTION,
    handle({ core, param }) {
      core.world.message(param('channel'), param('message'));
      const users = core.world.reactions.get(param('message'))?.get(param('emoji')) ?? new Set();
      return { body: [...users].map((id) => userPayload(core.world.user(id))) };
    },
  },
];
