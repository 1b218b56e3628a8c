/**
 * Discord's documented limits on messages and modals, as zod schemas, plus the rules that span
 * several members. A breach answers 50035 with the path of each, as the real one does.
 *
 * Lengths are counted in UTF-16 units, which is never more generous than Discord.
 */
import { z } from 'zod';
import type { JsonObject } from '../../../src/lib/json.ts';
import { invalidForm } from './errors.ts';
import { childComponents, textDisplays } from './mentions.ts';
import { number, object, objects, text, texts } from './wire.ts';

/** Message flag: the message is made of components v2 only. */
const COMPONENTS_V2 = 32_768;
/** Largest file, in bytes. */
export const FILE_BYTES = 10 * 1024 * 1024;
/** Largest request, in bytes. */
export const REQUEST_BYTES = 25 * 1024 * 1024;

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string };

const id = z.string().regex(/^\d{17,19}$/, 'Value is not snowflake.');
const upTo = (max: number) => z.string().max(max, `Must be ${max} or fewer in length.`);
const between = (max: number) => upTo(max).min(1, 'This field is required');

const embed = z.looseObject({
  title: upTo(256).optional(),
  description: upTo(4096).optional(),
  footer: z.looseObject({ text: upTo(2048) }).optional(),
  author: z.looseObject({ name: upTo(256) }).optional(),
  fields: z
    .array(z.looseObject({ name: between(256), value: between(1024) }))
    .max(25)
    .optional(),
});

const message = z.looseObject({
  content: upTo(2000).nullish(),
  nonce: z.union([upTo(25), z.int()]).optional(),
  tts: z.boolean().optional(),
  flags: z.int().nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: z.array(z.looseObject({ type: z.int() })).nullish(),
  allowed_mentions: z
    .looseObject({
      parse: z.array(z.enum(['users', 'roles', 'everyone'])).optional(),
      users: z.array(id).max(100).optional(),
      roles: z.array(id).max(100).optional(),
    })
    .nullish(),
  message_reference: z.looseObject({ message_id: id }).optional(),
  attachments: z
    .array(z.looseObject({ id: z.union([z.string(), z.int()]) }))
    .max(10)
    .nullish(),
});

const modal = z.looseObject({
  custom_id: between(100),
  title: between(45),
  components: z
    .array(z.looseObject({ type: z.int() }))
    .min(1)
    .max(5),
});

/** Throws 50035 when the body of a post or an edit breaks a limit. `flags` are those in force. */
export function checkMessage(body: JsonObject, flags: number): void {
  throwIfAny([
    ...schemaProblems(message, body),
    ...embedTotal(body),
    ...mentionRules(body),
    ...((flags & COMPONENTS_V2) === 0 ? rowProblems(body) : v2Problems(body)),
    ...componentProblems(objects(body, 'components'), ['components']),
    ...duplicateIds(objects(body, 'components')),
  ]);
}

/** Throws 50035 when a modal breaks a limit. */
export function checkModal(body: JsonObject): void {
  const components = objects(body, 'components');
  throwIfAny([
    ...schemaProblems(modal, body),
    ...componentProblems(components, ['components']),
    ...duplicateIds(components),
  ]);
}

/** Throws 50035 when `body` does not fit `schema`. */
export function checkSchema(schema: z.ZodType, body: unknown): void {
  throwIfAny(schemaProblems(schema, body));
}

function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw invalidForm(problems);
}

function schemaProblems(schema: z.ZodType, body: unknown): readonly Problem[] {
  const result = schema.safeParse(body);
  return result.success ? [] : result.error.issues;
}

function embedTotal(body: JsonObject): readonly Problem[] {
  const length = (from: JsonObject | undefined, key: string): number =>
    from === undefined ? 0 : (text(from, key)?.length ?? 0);
  const total = objects(body, 'embeds')
    .flatMap((item) => [
      length(item, 'title'),
      length(item, 'description'),
      length(object(item, 'footer'), 'text'),
      length(object(item, 'author'), 'name'),
      ...objects(item, 'fields').map((field) => length(field, 'name') + length(field, 'value')),
    ])
    .reduce((sum, each) => sum + each, 0);
  return total > 6000
    ? [{ path: ['embeds'], message: `Embed size exceeds maximum size of 6000 (it is ${total})` }]
    : [];
}

function mentionRules(body: JsonObject): readonly Problem[] {
  const allowed = object(body, 'allowed_mentions') ?? {};
  return ['users', 'roles']
    .filter((kind) => texts(allowed, 'parse').includes(kind) && texts(allowed, kind).length > 0)
    .map((kind) => ({
      path: ['allowed_mentions'],
      message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
    }));
}

function rowProblems(body: JsonObject): readonly Problem[] {
  const rows = objects(body, 'components');
  return [
    ...(rows.length > 5
      ? [{ path: ['components'], message: 'Must be 5 or fewer in length.' }]
      : []),
    ...rows.flatMap((row, index) =>
      row['type'] === 1
        ? []
        : [
            {
              path: ['components', index, 'type'],
              message: 'Value of field "type" must be one of (1,).',
            },
          ],
    ),
  ];
}

function v2Problems(body: JsonObject): readonly Problem[] {
  const components = objects(body, 'components');
  const count = (list: readonly JsonObject[]): number =>
    list.reduce((sum, item) => sum + 1 + count(childComponents(item)), 0);
  const shown = textDisplays(components).join('').length;
  const refused = (key: string): Problem => ({
    path: [key],
    message: `The '${key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
  });
  return [
    ...(text(body, 'content') ? [refused('content')] : []),
    ...(objects(body, 'embeds').length > 0 ? [refused('embeds')] : []),
    ...(count(components) > 40
      ? [{ path: ['components'], message: 'Total number of components cannot exceed 40' }]
      : []),
    ...(shown > 4000
      ? [{ path: ['components'], message: 'Total text display length cannot exceed 4000' }]
      : []),
  ];
}

function componentProblems(
  components: readonly JsonObject[],
  path: readonly PropertyKey[],
): readonly Problem[] {
  return components.flatMap((item, index) => {
    const here = [...path, index];
    const long = (key: string, max: number): readonly Problem[] =>
      (text(item, key)?.length ?? 0) > max
        ? [{ path: [...here, key], message: `Must be ${max} or fewer in length.` }]
        : [];
    const children = childComponents(item);
    const crowded = item['type'] === 1 && (children.length > 5 || children.length === 0);
    const needsId =
      isButtonWithAction(item) || [3, 4, 5, 6, 7, 8].includes(number(item, 'type') ?? 0);
    return [
      ...long('custom_id', 100),
      ...long('label', item['type'] === 18 || item['type'] === 4 ? 45 : 80),
      ...long('placeholder', item['type'] === 4 ? 100 : 150),
      ...long('value', 4000),
      ...(objects(item, 'options').length > 25
        ? [{ path: [...here, 'options'], message: 'Must be 25 or fewer in length.' }]
        : []),
      ...(crowded
        ? [{ path: [...here, 'components'], message: 'Must be between 1 and 5 in length.' }]
        : []),
      ...(needsId && !text(item, 'custom_id')
        ? [{ path: [...here, 'custom_id'], message: 'This field is required' }]
        : []),
      ...componentProblems(children, [...here, 'components']),
    ];
  });
}

/** A button that is neither a link (5) nor a premium button (6). */
const isButtonWithAction = (item: JsonObject): boolean =>
  item['type'] === 2 && item['style'] !== 5 && item['style'] !== 6;

function duplicateIds(components: readonly JsonObject[]): readonly Problem[] {
  const all = (list: readonly JsonObject[]): readonly string[] =>
    list.flatMap((item) => [text(item, 'custom_id') ?? '', ...all(childComponents(item))]);
  const ids = all(components).filter((each) => each !== '');
  return new Set(ids).size === ids.length
    ? []
    : [{ path: ['components'], message: 'Component custom id cannot be duplicated' }];
}
