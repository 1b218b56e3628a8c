/** Short names of runs (`7F3K`) and what a person may type instead of an id. */
import { suggest } from '../../grammar/suggest.ts';
import type { RunReference } from './engine.ts';
import type { ListedRun } from './run-list.ts';

/** Crockford's base 32: no I, L, O or U, so a handle can be read out and typed back. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHORTEST = 4;

/** A handle no other known run has; one character longer for every few collisions. */
export const createHandle = (entropy: string, taken: (handle: string) => boolean): string => {
  let length = SHORTEST;
  for (let from = 0; from + length <= entropy.length; from += 1) {
    const handle = entropy
      .slice(from, from + length)
      .replace(/./gu, (character) => ALPHABET[parseInt(character, 36) % ALPHABET.length] ?? '');
    if (!taken(handle)) return handle;
    if (from % 4 === 3) length += 1;
  }
  throw new Error('No free run handle was found in 40 characters of randomness');
};

/** What `reference` (handle, id, or a unique prefix of either, in any case) stands for. */
export const resolveReference = (reference: string, runs: readonly ListedRun[]): RunReference => {
  const wanted = reference.trim().toLowerCase();
  const exact = runs.filter(
    ({ run, handle }) => handle.toLowerCase() === wanted || run.toLowerCase() === wanted,
  );
  const matches =
    exact.length > 0 || wanted === ''
      ? exact
      : runs.filter(
          ({ run, handle }) =>
            handle.toLowerCase().startsWith(wanted) || run.toLowerCase().startsWith(wanted),
        );
  const [first] = matches;
  if (first === undefined) {
    const handles = runs.map(({ handle }) => handle);
    return { type: 'unknown', suggestions: suggest(reference, handles, 3) };
  }
  return matches.length === 1
    ? { type: 'found', run: first.run }
    : { type: 'ambiguous', candidates: matches.map((run) => run.line()) };
};
