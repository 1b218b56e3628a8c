/** Application commands: bulk overwrite and list, global and per guild. */
import { z } from 'zod';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { invalidForm } from '../errors.ts';
import { checkSchema } from '../limits.ts';
import type { Route, RouteRequest } from '../route.ts';
import { objects, text } from '../wire.ts';

const NAME = /^[-_\p{L}\p{N}]{1,32}$/u;
const COMMAND_CHARACTERS = 8000;
const name = z
  .string()
  .regex(NAME, 'String value did not match validation regex.')
  .refine((value) => value === value.toLowerCase(), 'Must be lower case.');
const option = z.looseObject({
  type: z.int().min(1).max(11),
  name,
  description: z.string().min(1).max(100),
  choices: z
    .array(z.looseObject({ name: z.string().min(1).max(100) }))
    .max(25)
    .optional(),
  get options() {
    return z.array(option).max(25).optional();
  },
});
const command = z.looseObject({
  type: z.literal(1).optional(),
  name,
  description: z.string().min(1).max(100),
  options: z.array(option).max(25).optional(),
});
const commands = z.array(command).max(100);

/** Routes below `/applications/:application/…commands`. */
export const commandRoutes: readonly Route[] = [
  ...routesFor('/applications/:application/commands', () => 'global'),
  ...routesFor('/applications/:application/guilds/:guild/commands', ({ param }) => param('guild')),
];

function routesFor(path: string, scope: (request: RouteRequest) => string): readonly Route[] {
  return [
    {
      method: 'GET',
      path,
      handle: (request) => ({ body: request.core.world.commands.get(scope(request)) ?? [] }),
    },
    {
      method: 'PUT',
      path,
      handle(request) {
        const { core, list } = request;
        checkSchema(commands, list);
        checkLength(list);
        const registered = list.map((each) => ({
          type: 1,
          ...each,
          id: core.nextId(),
          version: core.nextId(),
          application_id: core.world.seed.applicationId,
          ...(scope(request) === 'global' ? {} : { guild_id: scope(request) }),
          default_member_permissions: null,
          nsfw: false,
        }));
        core.world.commands.set(scope(request), registered);
        core.hub.changed();
        return { body: registered };
      },
    },
  ];
}

/** Names, descriptions and choice values of one command may not pass 8000 together. */
function checkLength(list: readonly JsonObject[]): void {
  const length = (from: JsonObject): number =>
    ['name', 'description', 'value'].reduce((sum, key) => sum + (text(from, key)?.length ?? 0), 0) +
    [...objects(from, 'options'), ...objects(from, 'choices')].reduce(
      (sum, each) => sum + length(each),
      0,
    );
  const problems = list.flatMap((each, index) =>
    length(each) > COMMAND_CHARACTERS
      ? [{ path: [index], message: `Command exceeds maximum size (${COMMAND_CHARACTERS})` }]
      : [],
  );
  if (problems.length > 0) throw invalidForm(problems);
}
