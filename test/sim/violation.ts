/** A rule was broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** @throws Violation naming `rule` unless it holds */
export const hold = (holds: boolean, rule: string): void => {
  if (!holds) throw new Violation(rule);
};

/** True for what tells of a broken rule, not of a broken machine. */
export const isBroken = (error: unknown): boolean =>
  error instanceof Violation ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_ASSERTION');
