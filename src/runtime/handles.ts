/** Short names of runs (`7F3K`) and what a person may type instead of an id. */
import { suggest } from '../../grammar/suggest.ts';
import type { ArchivedRuns } from '../journal/journal.ts';
import type { RunReference } from './engine.ts';
import type { Entropy } from './ports.ts';
import { listedEntry, type ListedRun } from './run-list.ts';

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

/** The handles that are taken: those of live runs, while the archive knows the others. */
export interface Handles {
  /** A new one, taken from now on. */
  next(): string;
  add(handle: string): void;
  delete(handle: string): void;
}

/** Creates them with none of a live run. */
export const createHandles = (
  entropy: Entropy,
  archived: Pick<ArchivedRuns, 'hasHandle'>,
): Handles => {
  const live = new Set<string>();
  return {
    next() {
      const isTaken = (known: string): boolean => live.has(known) || archived.hasHandle(known);
      const handle = createHandle(entropy(), isTaken);
      live.add(handle);
      return handle;
    },
    add: (handle) => void live.add(handle),
    delete: (handle) => void live.delete(handle),
  };
};

/** What `reference` (handle, id, or a unique prefix of either, in any case) stands for. */
export const resolveReference = (
  reference: string,
  here: readonly ListedRun[],
  archived: Pick<ArchivedRuns, 'named' | 'beginning' | 'newest'>,
): RunReference => {
  const wanted = reference.trim().toLowerCase();
  const live = (fits: (name: string) => boolean): readonly ListedRun[] =>
    here.filter(({ run, handle }) => fits(handle.toLowerCase()) || fits(run.toLowerCase()));
  let matches = [
    ...live((name) => name === wanted),
    ...archived.named(reference.trim()).map(listedEntry),
  ];
  if (matches.length === 0 && wanted !== '') {
    const others = take(archived.beginning(wanted), CANDIDATES);
    matches = [...live((name) => name.startsWith(wanted)), ...others.map(listedEntry)];
  }
  const [first] = matches;
  if (first === undefined) {
    const handles = [...here, ...take(archived.newest(), RECENT)].map(({ handle }) => handle);
    return { type: 'unknown', suggestions: suggest(reference, handles, 3) };
  }
  return matches.every(({ run }) => run === first.run)
    ? { type: 'found', run: first.run }
    : { type: 'ambiguous', candidates: matches.map((run) => run.line()) };
};

/** Archived runs among the candidates, and among those whose handle may have been meant. */
const CANDIDATES = 20;
const RECENT = 500;

const take = <T>(all: Iterable<T>, most: number): readonly T[] => {
  const taken: T[] = [];
  for (const one of all) {
    taken.push(one);
    if (taken.length === most) break;
  }
  return taken;
};
