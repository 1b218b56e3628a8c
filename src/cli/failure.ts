/** Failures as commands return them. */
import type { Rejection } from '../engine/commands.ts';
import type { Failure } from './failure-shape.ts';
import { EXIT } from './exit-codes.ts';

/** A mistake in what was typed, unless `exit` says otherwise. */
export const failure = (
  code: string,
  message: string,
  more: { readonly hint?: string | null; readonly at?: string | null; readonly exit?: number } = {},
): Failure => ({
  type: 'failure',
  exit: more.exit ?? EXIT.usage,
  code,
  message,
  hint: more.hint ?? null,
  at: more.at ?? null,
});

/** A refusal of the engine. */
export const failureOfRejection = ({ kind, code, message, hint }: Rejection): Failure => ({
  type: 'failure',
  exit: EXITS[kind],
  code,
  message,
  hint,
  at: null,
});

const EXITS = {
  usage: EXIT.usage,
  not_found: EXIT.notFound,
  refused: EXIT.refused,
} as const satisfies Record<Rejection['kind'], number>;
