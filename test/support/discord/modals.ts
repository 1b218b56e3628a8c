/** Fills in a modal as a person would, and refuses what Discord's own form refuses. */
import type { JsonObject } from '../../../src/lib/json.ts';
import { childComponents } from './mentions.ts';
import { number, object, objects, text, wire } from './wire.ts';

/** The data of a modal submit. `values` are by custom id; absent ones keep their preset value. */
export function modalData(modal: JsonObject, values: Readonly<Record<string, string>>): JsonObject {
  const known = inputsOf(objects(modal, 'components')).map((input) => text(input, 'custom_id'));
  const unknown = Object.keys(values).filter((key) => !known.includes(key));
  if (unknown.length > 0)
    throw new Error(`The modal has no field ${unknown.join(', ')} (it has: ${known.join(', ')}).`);
  return {
    custom_id: text(modal, 'custom_id') ?? '',
    components: objects(modal, 'components').map((item, index) => filled(item, index + 1, values)),
  };
}

function filled(
  item: JsonObject,
  id: number,
  values: Readonly<Record<string, string>>,
): JsonObject {
  const type = number(item, 'type') ?? 0;
  const inner = object(item, 'component');
  if (inner !== undefined) return { type, id, component: filled(inner, id * 100, values) };
  const children = objects(item, 'components');
  if (children.length > 0)
    return { type, id, components: children.map((child) => filled(child, id * 100, values)) };
  const customId = text(item, 'custom_id') ?? '';
  if (type !== 4) {
    const chosen = values[customId];
    return wire({ type, id, custom_id: customId, values: chosen === undefined ? [] : [chosen] });
  }
  const value = values[customId] ?? text(item, 'value') ?? '';
  const least = number(item, 'min_length') ?? (item['required'] === false ? 0 : 1);
  const most = number(item, 'max_length') ?? 4000;
  if (value.length < least || value.length > most)
    throw new Error(
      `The modal field "${customId}" takes ${least} to ${most} characters, not ${value.length}.`,
    );
  return { type, id, custom_id: customId, value };
}

const inputsOf = (components: readonly JsonObject[]): readonly JsonObject[] =>
  components.flatMap((item) => [
    ...(item['custom_id'] === undefined ? [] : [item]),
    ...inputsOf(childComponents(item)),
  ]);
