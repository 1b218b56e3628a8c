/**
 * Secrets as the engine knows them: by reference. A value of a `secret: true` input, and what
 * `${secret.NAME}` stands for, is nowhere in a run's state or history; in its place stands a
 * text that names it, and only the task file that goes out holds the value.
 *
 * A reference carries the run's seal, a token that nobody outside the journal sees, so that no
 * input, answer or note can name a secret. A failure workflow and children share their run's.
 */
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { RunEvent } from './events.ts';

/** What stands where a secret would. */
export const COVER = '••••••';

/** Names that `${secret.NAME}` can have. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/u;

/** Which secret: the n-th input of the definition the run started with, or a name. */
export type SecretId =
  | { readonly type: 'given'; readonly index: number }
  | { readonly type: 'named'; readonly name: string };

/** What takes the place of a secret in the run with this seal. */
export const secretReference = (seal: string, secret: SecretId): string =>
  `{secret:${seal}:${secret.type === 'given' ? secret.index : secret.name}}`;

/** True for a text that is one reference and nothing else. */
export const isReference = (value: Json): boolean =>
  typeof value === 'string' && ONE_REFERENCE.test(value);

/** The text with every reference covered, whatever its seal. */
export const coverReferences = (text: string): string =>
  text.includes('{secret:') ? text.replaceAll(REFERENCE, COVER) : text;

/** Covers these texts wherever they stand in a text or a value. */
export const coverTexts = (secrets: readonly string[]): Cover => {
  // Longer ones first: one secret may be a part of another.
  const texts = [...new Set(secrets)].toSorted((a, b) => b.length - a.length);
  const text = (source: string): string =>
    texts.reduce((covered, secret) => covered.replaceAll(secret, COVER), source);
  const number = (source: Json): Json =>
    typeof source === 'number' && texts.includes(String(source)) ? COVER : source;
  const json = (value: Json): Json => (texts.length === 0 ? value : mapTexts(value, text, number));
  return { text, json };
};

export interface Cover {
  readonly text: (text: string) => string;
  readonly json: (value: Json) => Json;
}

/** An event as it may be shown. */
export const coverEvent = (event: RunEvent): RunEvent => {
  const text = JSON.stringify(event);
  if (!text.includes('{secret:')) return event;
  const covered: RunEvent = JSON.parse(coverReferences(text));
  return covered;
};

/** The value with every text changed, keys of maps included, and `other` for what is no text. */
export const mapTexts = (
  value: Json,
  change: (text: string) => Json,
  other: (value: Json) => Json = same,
): Json => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, other));
  return isJsonObject(value) ? mapFields(value, change, other) : other(value);
};

const mapFields = (
  fields: JsonObject,
  change: (text: string) => Json,
  other: (value: Json) => Json,
): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]): [string, Json] => {
      const key = change(name);
      return [typeof key === 'string' ? key : name, mapTexts(value, change, other)];
    }),
  );

const same = (value: Json): Json => value;

/**
 * The value with the references of this seal filled in. A text that is one reference takes the
 * secret's own type. References of other seals stay as they are: they are somebody's text.
 */
export const reveal = (
  value: JsonObject,
  seal: string,
  valueOf: (secret: SecretId) => Json,
): JsonObject =>
  mapFields(
    value,
    (text) => {
      if (!text.includes(`{secret:${seal}:`)) return text;
      const whole = ONE_REFERENCE.exec(text);
      if (whole?.[1] === seal) return valueOf(idOf(whole[2]));
      return text.replaceAll(REFERENCE, (reference, owner: string, id: string) => {
        if (owner !== seal) return reference;
        const secret = valueOf(idOf(id));
        return typeof secret === 'string' ? secret : JSON.stringify(secret);
      });
    },
    same,
  );

/** Names of secrets that another run handed on in this one's input. */
export const secretsHandedOn = (input: JsonObject): readonly string[] => {
  const known = handedOnIn.get(input);
  if (known !== undefined) return known;
  const names = [...JSON.stringify(input).matchAll(REFERENCE)].flatMap(([, , id]) => {
    const secret = idOf(id);
    return secret.type === 'named' ? [secret.name] : [];
  });
  handedOnIn.set(input, names);
  return names;
};

const handedOnIn = new WeakMap<JsonObject, readonly string[]>();

const REFERENCE = /\{secret:([0-9a-z]{20}):(\d{1,4}|[A-Za-z_][A-Za-z0-9_]{0,63})\}/gu;
const ONE_REFERENCE = new RegExp(`^${REFERENCE.source}$`, 'u');

const idOf = (written: string | undefined): SecretId =>
  written !== undefined && /^\d/u.test(written)
    ? { type: 'given', index: Number(written) }
    : { type: 'named', name: written ?? '' };
