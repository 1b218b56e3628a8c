/**
 * Who a message mentions, and who of them `allowed_mentions` lets it notify.
 * Only text pings: the content, and the text displays of a components-v2 message. Embeds never do.
 */
import { isJsonObject, type JsonObject } from '../../../src/lib/json.ts';
import { object, objects, text, texts } from './wire.ts';
import type { Pinged } from './types.ts';

/** What the text names, before `allowed_mentions` is applied. */
interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

/** Finds `<@id>`, `<@!id>`, `<@&id>`, `@everyone` and `@here` in `content`. */
function mentionsIn(content: string): Mentions {
  const ids = (pattern: RegExp): readonly string[] => [
    ...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? '')),
  ];
  return {
    users: ids(/<@!?(\d{15,20})>/g),
    roles: ids(/<@&(\d{15,20})>/g),
    everyone: /@(everyone|here)\b/.test(content),
  };
}

/**
 * Applies `allowed_mentions`: absent means everything named is notified, and `repliedTo` too;
 * present means only what it lists.
 */
export function pingedBy(
  content: string,
  allowed: JsonObject | undefined,
  repliedTo: string | undefined,
): Pinged {
  const named = mentionsIn(content);
  const reply = repliedTo === undefined ? [] : [repliedTo];
  if (allowed === undefined) return { ...named, users: [...new Set([...named.users, ...reply])] };
  const parse = texts(allowed, 'parse');
  const pick = (kind: 'users' | 'roles'): readonly string[] =>
    parse.includes(kind)
      ? named[kind]
      : named[kind].filter((id) => texts(allowed, kind).includes(id));
  const replied = allowed['replied_user'] === true ? reply : [];
  return {
    users: [...new Set([...pick('users'), ...replied])],
    roles: pick('roles'),
    everyone: named.everyone && parse.includes('everyone'),
  };
}

/** All text of a body that can ping: its content and its text displays (type 10). */
export function pingingText(body: JsonObject): string {
  return [text(body, 'content') ?? '', ...textDisplays(objects(body, 'components'))].join('\n');
}

/** Contents of the text displays among `components`, at any depth. */
export function textDisplays(components: readonly JsonObject[]): readonly string[] {
  return components.flatMap((component) => [
    ...(component['type'] === 10 ? [text(component, 'content') ?? ''] : []),
    ...textDisplays(childComponents(component)),
  ]);
}

/** The components directly inside one: rows, sections and their accessory, labels. */
export function childComponents(component: JsonObject): readonly JsonObject[] {
  const single = [object(component, 'accessory'), object(component, 'component')];
  return [...objects(component, 'components'), ...single.filter(isJsonObject)];
}
