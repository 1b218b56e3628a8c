/**
 * Answers from the archive's index that read little of it.
 *
 * The index is walked from its end, part by part: what its newest parts do not answer is looked for
 * in older ones, and a part of which its summary says that it holds nothing wanted is passed over.
 * Lines that no part stands for (the newest few hundred; all of them where an earlier version wrote the
 * index) are read. Of several lines about one run the last one counts.
 */
import type { Closing } from './closing.ts';
import { nameHash } from './index-part.ts';
import type { IndexPart } from './index-part.ts';
import type { ArchiveQuery } from './journal.ts';

/** Where a walk gets what it reads. */
export interface IndexSource {
  /** Lines after those of the newest part. */
  tail(): readonly Closing[];
  /** Newest first. */
  parts(): Iterable<IndexPart>;
  /** Lines of a part, or those before the oldest: from byte `from` to `to`. */
  lines(from: number, to: number, part: IndexPart | null): readonly Closing[];
  /** False when no line has this handle or key; true says nothing. */
  mayHold(name: string): boolean;
  /** Its bytes as they are. */
  text(from: number, to: number): string;
}

/** A stretch of the index; `part` says what is in it. */
interface Region {
  readonly part: IndexPart | null;
  readonly closings: () => readonly Closing[];
}

/** From the index's end to its beginning. */
function* regions(source: IndexSource): Generator<Region> {
  yield { part: null, closings: () => source.tail() };
  let oldest = 0;
  for (const part of source.parts()) {
    oldest = part.from;
    yield { part, closings: () => source.lines(part.from, part.to, part) };
  }
  if (oldest > 0) yield { part: null, closings: () => source.lines(0, oldest, null) };
}

/** Lines that count, those of runs with greater ids first. */
export function* newestOf(source: IndexSource, query: ArchiveQuery = {}): Generator<Closing> {
  const { below, mayHold = () => true } = query;
  /** Runs of which a later line was met. */
  const settled = new Set<string>();
  let waiting: Closing[] = [];
  for (const { part, closings } of regions(source)) {
    if (part !== null) {
      const highest = part.greatest > part.before ? part.greatest : part.before;
      const first = waiting.findIndex(({ archived }) => archived.run <= highest);
      yield* waiting.splice(0, first < 0 ? waiting.length : first);
    }
    if (part === null || ((below === undefined || part.least < below) && mayHold(part))) {
      const here = new Set<string>();
      for (const closing of [...closings()].reverse()) {
        const { run } = closing.archived;
        if (settled.has(run) || here.has(run)) continue;
        here.add(run);
        if (below === undefined || run < below) waiting.push(closing);
      }
      waiting.sort((a, b) => (a.archived.run > b.archived.run ? -1 : 1));
      if (part === null) for (const run of here) settled.add(run);
    }
    for (const [run] of part?.again ?? []) settled.add(run);
  }
  yield* waiting;
}

/** Lines with this handle, in any case, or with this key, the last ones first. */
export function* linesNamed(
  source: IndexSource,
  column: 'handles' | 'keys',
  name: string,
): Generator<Closing> {
  if (!source.mayHold(name)) return;
  const wanted = nameHash(name);
  const handle = name.toLowerCase();
  for (const { part, closings } of regions(source)) {
    if (part !== null && !part[column].includes(wanted)) continue;
    for (const closing of [...closings()].reverse()) {
      const { archived } = closing;
      if (column === 'keys' ? archived.key === name : archived.handle.toLowerCase() === handle) {
        yield closing;
      }
    }
  }
}

/**
 * Lines of runs whose handle or id begins with this, in any case; each run once. Goes through the
 * whole index, but takes apart only what has such a beginning somewhere.
 */
export function* linesBeginning(source: IndexSource, beginning: string): Generator<Closing> {
  const wanted = beginning.toLowerCase();
  const quoted = JSON.stringify(wanted).slice(0, -1);
  const met = new Set<string>();
  for (const { part, closings } of regions(source)) {
    const text = part === null ? null : source.text(part.from, part.to).toLowerCase();
    const mayFit = ['run', 'handle'].some((name) => text?.includes(`"${name}":${quoted}`) ?? true);
    if (!mayFit) continue;
    for (const closing of [...closings()].reverse()) {
      const { run, handle } = closing.archived;
      const fits = [run, handle].some((name) => name.toLowerCase().startsWith(wanted));
      if (!fits || met.has(run)) continue;
      met.add(run);
      yield closing;
    }
  }
}
