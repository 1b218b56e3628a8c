import type { IToken } from 'chevrotain';
import type { Span } from '../diagnostic.ts';
import type { Argument, CommandValue, Flag } from './model.ts';
import { afterDashes } from './scan.ts';
import { missingValue } from './strays.ts';
import { tokenSpan, type Reading } from './values.ts';

/** A value and where it stands. */
export interface Located {
  readonly value: CommandValue;
  readonly span: Span;
}

/** Reads `key=`, `key:=`, `key+=` or `--key=` with the value behind it. */
export const readArgument = (token: IToken, value: Located | null, reading: Reading): Argument => {
  const { image } = token;
  const span = tokenSpan(token);
  const before = image.charAt(image.length - 2);
  const op = before === ':' ? 'json' : before === '+' ? 'append' : 'set';
  const dashes = afterDashes(image, 0);
  const key = image.slice(dashes, op === 'set' ? -1 : -2);
  const keySpan = { start: span.start + dashes, end: span.start + dashes + key.length };
  if (value === null || value.span.start > span.end) missingValue(span, value, reading);
  const { value: read, span: valueSpan } = value ?? nothing(span.end);
  const whole = { start: span.start, end: valueSpan.end };
  return { key, keySpan, op, style: 'assign', value: read, valueSpan, span: whole };
};

/** Reads `--name`, with the value behind it when there is one. */
export const readOption = (token: IToken, value: Located | null): Argument | Flag => {
  const span = tokenSpan(token);
  const name = token.image.slice(afterDashes(token.image, 0));
  if (value === null) return { name, span };
  return {
    key: name,
    keySpan: { start: span.end - name.length, end: span.end },
    op: 'set',
    style: 'option',
    value: value.value,
    valueSpan: value.span,
    span: { start: span.start, end: value.span.end },
  };
};

function nothing(offset: number): Located {
  return { value: { type: 'text', text: '', quoted: false }, span: { start: offset, end: offset } };
}
