/**
 * Which runs are live, how far each is and where its records lie.
 *
 * Owns the fold over record headers that opening, appending and verifying share, and with it the
 * rules of continuity: a run's versions count from 1 and each record names the hash of the last.
 */
import { NO_HASH, ownText } from './record.ts';
import type { RecordHeader } from './record.ts';

/** One file of the journal. */
export interface Segment {
  readonly name: string;
  /** Seq of the first record it may hold. */
  readonly firstSeq: number;
  /** Bytes of good records in the file. */
  end: number;
  /** Records in it, controls included. */
  records: number;
  /** Records in it that live runs still need. */
  live: number;
}

/** A file of which nothing has been read or written. */
export const emptySegment = (name: string, firstSeq: number): Segment => ({
  name,
  firstSeq,
  end: 0,
  records: 0,
  live: 0,
});

/** Where one line lies. */
export interface Place {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
}

/** A run that is not archived. */
export interface LiveRun {
  readonly run: string;
  version: number;
  /** Hash of its last record. */
  head: string;
  /** Its first `version` records are in its archive file; `seq` is that of the restoring. */
  readonly restored: { readonly seq: number; readonly version: number } | null;
  readonly places: Place[];
  /** True when its first records are gone; well only if it turns out to have been archived. */
  readonly headless: boolean;
  /** Why its history cannot be trusted, or null. */
  broken: string | null;
}

/** What a line says that matters here. */
type LineHeader = Pick<
  RecordHeader,
  'run' | 'seq' | 'epoch' | 'version' | 'prev' | 'hash' | 'control'
>;

/** The state of the whole journal. */
export interface RunIndex {
  readonly runs: ReadonlyMap<string, LiveRun>;
  lastSeq: number;
  epoch: number;
  /** Takes one line in; returns what is wrong with it as its run's next, or null. */
  apply(header: LineHeader, place: Place): string | null;
}

/** An index of nothing. */
export const createRunIndex = (): RunIndex => {
  const runs = new Map<string, LiveRun>();

  const start = (header: LineHeader, restored: LiveRun['restored']): LiveRun => {
    const headless = restored === null && header.version > 1;
    const id = ownText(header.run);
    const run = {
      run: id,
      version: restored?.version ?? Math.max(0, header.version - 1),
      head: restored !== null || headless ? ownText(header.prev) : NO_HASH,
      restored,
      places: [],
      headless,
      broken: null,
    };
    runs.set(id, run);
    return run;
  };

  const hold = (run: LiveRun, place: Place): void => {
    run.places.push(place);
    place.segment.live += 1;
  };

  return {
    runs,
    lastSeq: 0,
    epoch: 0,
    apply(header, place) {
      this.lastSeq = header.seq;
      this.epoch = Math.max(this.epoch, header.epoch);
      place.segment.records += 1;
      const known = runs.get(header.run);
      if (header.control === 'archived') {
        // A run that is unknown here had its records removed together with their segment.
        if (known === undefined) return null;
        for (const { segment } of known.places) segment.live -= 1;
        runs.delete(header.run);
        return known.broken ?? discontinuity(known, header, 0);
      }
      if (header.control === 'restored') {
        if (known !== undefined) return mark(known, 'it is restored while it is live');
        hold(start(header, { seq: header.seq, version: header.version }), place);
        return null;
      }
      const run = known ?? start(header, null);
      hold(run, place);
      const what = discontinuity(run, header, 1);
      run.version = header.version;
      // The line that starts a run is long: it must not stay because of its hash.
      run.head = header.version === 1 ? ownText(header.hash) : header.hash;
      return what === null ? null : mark(run, what);
    },
  };
};

/** Live runs whose history cannot be trusted, and why. */
export const damagedIn = ({ runs }: RunIndex): ReadonlyMap<string, string> =>
  new Map(
    [...runs].flatMap(([run, { broken }]) => (broken === null ? [] : [[run, broken] as const])),
  );

const mark = (run: LiveRun, what: string): string => (run.broken ??= what);

const discontinuity = (run: LiveRun, header: LineHeader, step: 0 | 1): string | null => {
  if (header.version !== run.version + step) {
    return `version ${header.version} follows version ${run.version}`;
  }
  if (header.prev !== run.head) {
    return `version ${header.version} does not carry the hash of the record before it`;
  }
  return null;
};
