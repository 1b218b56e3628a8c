/** Builds the data of slash commands and autocomplete from the commands the bot registered. */
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { memberPayload, rolePayload, userPayload } from './payloads.ts';
import { number, objects, text, wire } from './wire.ts';
import type { World } from './world.ts';

/** Option values by name. Users, channels and roles are given by id. */
export type SlashOptions = Readonly<Record<string, string | number | boolean>>;

/**
 * `name` may go on with a group and a subcommand: `workflow run`. `focused` marks the option
 * being typed. Throws when the bot registered no such command or option.
 */
export function slashData(
  world: World,
  name: string,
  options: SlashOptions,
  focused?: string,
): JsonObject {
  const [root = '', ...path] = name.split(' ');
  const registered = [...world.commands.values()].flat();
  const command = registered.find((each) => each['name'] === root);
  if (command === undefined) {
    const known = registered.map((each) => text(each, 'name')).join(', ') || 'none at all';
    throw new Error(`The bot registered no slash command "${root}" (registered: ${known}).`);
  }
  return wire({
    id: text(command, 'id'),
    name: root,
    type: 1,
    guild_id: text(command, 'guild_id'),
    options: nested(command, path, options, focused),
    resolved: resolved(world, Object.values(options)),
  });
}

function nested(
  command: JsonObject,
  path: readonly string[],
  options: SlashOptions,
  focused: string | undefined,
): readonly JsonObject[] {
  const [next, ...rest] = path;
  if (next === undefined)
    return Object.entries(options).map(([name, value]) =>
      wire({
        ...declared(command, name),
        value,
        focused: name === focused ? true : undefined,
      }),
    );
  const sub = objects(command, 'options').find((each) => each['name'] === next) ?? {};
  return [{ ...declared(command, next), options: nested(sub, rest, options, focused) }];
}

function declared(command: JsonObject, name: string): JsonObject {
  const option = objects(command, 'options').find((each) => each['name'] === name);
  const type = option === undefined ? undefined : number(option, 'type');
  if (type === undefined)
    throw new Error(`The command "${text(command, 'name')}" has no option "${name}".`);
  return { name, type };
}

/** Users, roles and channels the values name; undefined when they name none. */
function resolved(world: World, values: readonly Json[]): JsonObject | undefined {
  const ids = values.map(String);
  const pick = <T>(table: ReadonlyMap<string, T>, show: (item: T) => JsonObject): JsonObject =>
    Object.fromEntries(
      ids.flatMap((id) => {
        const item = table.get(id);
        return item === undefined ? [] : [[id, show(item)]];
      }),
    );
  const users = pick(world.users, userPayload);
  const roles = pick(world.roles, rolePayload);
  const channels = pick(world.channels, (channel) => ({
    id: channel.id,
    type: channel.type,
    name: channel.name,
    permissions: '0',
  }));
  if ([users, roles, channels].every((each) => Object.keys(each).length === 0)) return undefined;
  const members = pick(world.users, (user) => memberPayload(world, user.id));
  return { users, members, roles, channels };
}
