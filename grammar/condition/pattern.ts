/**
 * Regular expressions of `matches`. JavaScript's engine backtracks, so expressions that can take
 * exponential time are refused when read (a repeated group that repeats or branches inside, many
 * optional parts, references back), and the time of the others is kept down by limiting the length
 * of the text: an expression with k repetitions takes at most length^k steps.
 */

/** Why an expression is refused, and where in it; null when it may be used. */
export interface PatternProblem {
  readonly kind: 'invalid' | 'costly';
  readonly reason: string;
  readonly offset: number;
}

/** Longest expression that is read. */
const MAX_PATTERN_LENGTH = 200;

/** Checks an expression as the person wrote it. */
export const checkPattern = (pattern: string): PatternProblem | null => {
  try {
    void new RegExp(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    return { kind: 'invalid', reason: reason.replace(/^.*\/[a-z]*: /s, ''), offset: 0 };
  }
  if (pattern.length > MAX_PATTERN_LENGTH) {
    return {
      kind: 'costly',
      reason: `it is longer than ${MAX_PATTERN_LENGTH} characters`,
      offset: 0,
    };
  }
  return survey(pattern).problem;
};

/** True or false, or null when the text is longer than this expression may look at. */
export const matchPattern = (pattern: string, text: string): boolean | null =>
  text.length > longestText(pattern) ? null : new RegExp(pattern).test(text);

/** Longest text an expression may look at, so that it ends within about a second at worst. */
export const longestText = (pattern: string): number => {
  const { repeats, choices } = survey(pattern);
  const degree = repeats + (pattern.startsWith('^') ? 0 : 1);
  return Math.floor(Math.min(LONGEST, (STEPS / 2 ** choices) ** (1 / Math.max(1, degree))));
};

const LONGEST = 10_000;
const STEPS = 1e9;
const MAX_CHOICES = 10;

interface Survey {
  readonly problem: PatternProblem | null;
  readonly repeats: number;
  readonly choices: number;
}

interface Group {
  readonly start: number;
  repeats: boolean;
  branches: boolean;
}

/** One walk over the pieces of a valid expression. */
function survey(pattern: string): Survey {
  const open: Group[] = [{ start: 0, repeats: false, branches: false }];
  let closed: Group | null = null;
  let repeats = 0;
  let choices = 0;
  let problem: PatternProblem | null = null;
  const refuse = (offset: number, reason: string) => {
    problem ??= { kind: 'costly', reason, offset };
  };
  for (const { 0: piece, index } of pattern.matchAll(pieces)) {
    const group = open.at(-1);
    if (group === undefined) break;
    if (/^\\[1-9k]/.test(piece)) refuse(index, 'it refers back to a group');
    if (piece.startsWith('(')) open.push({ start: index, repeats: false, branches: false });
    else if (piece === '|') {
      group.branches = true;
      choices += 1;
    } else if (isQuantifier(piece)) {
      if (piece.startsWith('?')) choices += 1;
      else if (!isFixed(piece)) repeats += 1;
      if (!piece.startsWith('?') && closed !== null) {
        if (closed.repeats) refuse(closed.start, 'it repeats a group that repeats inside');
        else if (closed.branches) refuse(closed.start, 'it repeats a group that branches');
      }
      group.repeats = true;
    }
    if (piece === ')' && open.length > 1) {
      closed = open.pop() ?? null;
      const outer = open.at(-1);
      if (outer !== undefined && closed !== null) {
        outer.repeats ||= closed.repeats;
        outer.branches ||= closed.branches;
      }
    } else closed = null;
  }
  if (choices > MAX_CHOICES)
    refuse(0, `it has more than ${MAX_CHOICES} optional parts or branches`);
  return { problem, repeats, choices };
}

/** Escapes and classes as wholes, openings of groups, quantifiers, branches, single characters. */
const pieces =
  /\\(?:k<[^>]*>|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:<?[=!]|:|<[^>]*>))?|[*+?]\??|\{\d+(?:,\d*)?\}\??|[\s\S]/g;

function isQuantifier(piece: string): boolean {
  return /^(?:[*+?]\??|\{\d+(?:,\d*)?\}\??)$/.test(piece);
}

function isFixed(piece: string): boolean {
  return /^\{\d+\}/.test(piece);
}
