import type { Rejection } from './commands.ts';

/** A command that state or permission forbids. */
export const refused = (code: string, message: string, hint: string | null): Rejection => ({
  type: 'rejected',
  kind: 'refused',
  code,
  message,
  hint,
});

/** A command that names something there is not. */
export const notFound = (code: string, message: string, hint: string | null): Rejection => ({
  type: 'rejected',
  kind: 'not_found',
  code,
  message,
  hint,
});

/** A command that is wrong in itself. */
export const misused = (code: string, message: string, hint: string | null): Rejection => ({
  type: 'rejected',
  kind: 'usage',
  code,
  message,
  hint,
});
