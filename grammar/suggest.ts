/**
 * Candidates a misspelt word may have meant, best first. Compared without case; a swap of two
 * neighbouring letters counts as one change, as do a wrong, missing or extra letter. How many
 * changes are forgiven depends on the word's length, and a candidate that merely continues the
 * word is always offered. Ties go to the longer common beginning, then to the order given.
 */
export const suggest = (
  word: string,
  candidates: Iterable<string>,
  limit = 1,
): readonly string[] => {
  const wanted = normalise(word);
  const best: Ranked[] = [];
  if (wanted === '') return [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    if (seen.has(candidate)) continue;
    seen.add(candidate);
    const other = normalise(candidate);
    const common = commonStart(wanted, other);
    const continues = wanted.length >= 3 && common === wanted.length;
    const allowed = forgiven(Math.max(wanted.length, other.length));
    const distance = editDistance(wanted, other, allowed);
    if (distance > allowed && !continues) continue;
    best.push({ candidate, distance: Math.min(distance, allowed + 1), common });
  }
  return best
    .sort((a, b) => a.distance - b.distance || b.common - a.common)
    .slice(0, limit)
    .map((ranked) => ranked.candidate);
};

/**
 * Changes between two texts (optimal string alignment), or `limit + 1` as soon as there are more.
 * Keeps three rows, so memory is linear in the shorter text.
 */
export const editDistance = (a: string, b: string, limit = Number.POSITIVE_INFINITY): number => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (long.length - short.length > limit) return limit + 1;
  let before: number[] = [];
  let previous = 0;
  let above = Array.from({ length: short.length + 1 }, (_, column) => column);
  for (let row = 1; row <= long.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= short.length; column += 1) {
      const same = long[row - 1] === short[column - 1];
      let cost = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
      );
      if (
        row > 1 &&
        column > 1 &&
        long[row - 1] === short[column - 2] &&
        long[row - 2] === short[column - 1]
      )
        cost = Math.min(cost, at(before, column - 2) + 1);
      current.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest > limit && previous > limit) return limit + 1;
    previous = smallest;
    before = above;
    above = current;
  }
  return Math.min(at(above, short.length), limit + 1);
};

interface Ranked {
  readonly candidate: string;
  readonly distance: number;
  readonly common: number;
}

/** Longer words are cut: nobody misspells a page, and the work grows with the product of lengths. */
const LONGEST_WORD = 64;

function normalise(text: string): string {
  return text.slice(0, LONGEST_WORD).toLowerCase();
}

function forgiven(length: number): number {
  if (length <= 2) return 0;
  if (length <= 4) return 1;
  return length <= 8 ? 2 : 3;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
