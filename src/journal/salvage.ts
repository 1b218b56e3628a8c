/**
 * What is left of a journal that is damaged where others build upon it, and a journal made of that.
 *
 * For a station without a backup: every record that can be read is kept, as a base, and the damaged
 * files are copied aside first. Which runs lost something is counted: a gap in a run's versions is
 * certain, and quarantines it; where a lost record cannot be told to be another run's, every run that
 * may have been waiting for it is *doubtful*, and parked so that a person decides.
 */
import { join } from 'node:path';
import { openArchive } from './archive.ts';
import { baseOf, parseBaseHead, writeBase } from './base.ts';
import type { BaseHead } from './base.ts';
import { placesIn } from './compactor.ts';
import { goodFramesAfter, readFrames } from './frame.ts';
import type { Frame } from './frame.ts';
import type { JournalFiles } from './journal-files.ts';
import { keepCopy } from './opening.ts';
import { parseHeader } from './record.ts';
import type { RecordHeader } from './record.ts';
import { parkRuns } from './recovery-notes.ts';
import { createRunIndex } from './run-index.ts';
import type { RunIndex, Segment } from './run-index.ts';
import { HEADLESS, listFiles } from './scan.ts';

/** What would be kept and what is lost. */
export interface Salvage {
  /** Where the journal cannot be read, in order. */
  readonly wrong: readonly Wrong[];
  /** Records that are kept: those of runs that are not archived. */
  readonly kept: number;
  /** Records that are gone; null when nobody knows how many. */
  readonly lost: number | null;
  /** Runs whose history has a gap, and which: quarantined from now on. */
  readonly broken: ReadonlyMap<string, string>;
  /** Runs that hold together, but may lack their last records. */
  readonly doubtful: readonly string[];
  /** Runs of which nothing but the name is left. */
  readonly gone: readonly string[];
}

interface Wrong {
  readonly name: string;
  readonly offset: number;
  readonly what: string;
}

/** Reads what can be read of the journal in `folder` (`.3ox`). Changes nothing. */
export const findSalvage = (files: JournalFiles, folder: string): Salvage => read(files, folder);

/**
 * Puts what can be read in the place of the damaged journal. The caller holds the station's lock.
 * A crash leaves the damaged journal or the new one, and damaged files are kept in `journal/damaged`.
 */
export const salvageJournal = async (files: JournalFiles, folder: string): Promise<Salvage> => {
  const journal = join(folder, 'journal');
  const found = read(files, folder);
  const { index, segments, wrong } = found;

  // 1. What the new journal will not say: the damaged bytes, and which runs a person is to look at.
  for (const name of new Set(wrong.map((one) => one.name))) keepCopy(files, journal, name, 0);
  const [first] = wrong;
  const why = `its last records may be lost with ${first?.name ?? 'the journal'}; workflow logs shows what is left, workflow repair has it go on`;
  parkRuns(folder, files, new Map(found.doubtful.map((run) => [run, why])));

  // 2. The base, durable under its name; only then what it stands for.
  const places = placesIn(index, segments, new Set(segments));
  const head = { to: index.lastSeq, epoch: index.epoch, records: places.length };
  const { segment: base, aside } = await writeBase(files, journal, head, places);
  files.rename(join(journal, aside), join(journal, base.name));
  files.syncFolder(journal);
  for (const { name } of segments) if (name !== base.name) files.remove(join(journal, name));
  files.syncFolder(journal);
  return found;
};

interface Reading extends Salvage {
  readonly index: RunIndex;
  readonly segments: readonly Segment[];
}

const read = (files: JournalFiles, folder: string): Reading => {
  const journal = join(folder, 'journal');
  const index = createRunIndex();
  const wrong: Wrong[] = [];
  const named: Named[] = [];
  const account = createAccount(index);
  const { base, segments } = listFiles(files, journal);
  const all = base === null ? segments : [base, ...segments];
  index.lastSeq = base === null ? (segments[0]?.firstSeq ?? 1) - 1 : 0;
  /** Places that were wrong when the last good line was read. */
  let told = 0;
  /** Counts the records that lack before `next`; says so where no bad bytes were found for them. */
  const skip = (segment: Segment, offset: number, next: number): void => {
    const count = next - index.lastSeq - 1;
    if (count <= 0) return;
    account.lose(count, next - 1);
    if (wrong.length === told) {
      const what = `records ${index.lastSeq + 1} to ${next - 1} are missing`;
      wrong.push({ name: segment.name, offset, what });
    }
    index.lastSeq = next - 1;
  };
  for (const [position, segment] of all.entries()) {
    const bytes = files.read(join(journal, segment.name)) ?? Buffer.alloc(0);
    // Beyond the next segment's first record an engine wrote that had lost its lock.
    const end = all[position + 1]?.firstSeq ?? Infinity;
    let head: BaseHead | null = null;
    let lines = 0;
    // Its name says that there were records up to here.
    if (segment !== base) skip(segment, 0, segment.firstSeq);
    for (const piece of pieces(bytes)) {
      if (!piece.ok) {
        if (index.lastSeq + 1 >= end) break;
        wrong.push({ name: segment.name, offset: piece.offset, what: piece.what });
        named.push(...namedIn(bytes.toString('latin1', piece.offset, piece.end)));
        continue;
      }
      if (segment === base && head === null) {
        head = parseBaseHead(piece.json);
        if (head !== null) continue;
      }
      const header = parseHeader(piece.json);
      if (header === null || header.seq <= index.lastSeq) continue;
      if (header.seq >= end) break;
      if (segment !== base) skip(segment, piece.offset, header.seq);
      told = wrong.length;
      const length = piece.end - piece.offset;
      account.take(header, () => index.apply(header, { segment, offset: piece.offset, length }));
      lines += 1;
    }
    if (segment === base) {
      if (wrong.length === 0 && lines !== head?.records) {
        const what = 'the base does not hold all its lines';
        wrong.push({ name: segment.name, offset: bytes.length, what });
      }
      index.lastSeq = Math.max(index.lastSeq, baseOf(segment.name) ?? 0);
      account.lose(head === null ? null : head.records - lines, index.lastSeq);
      index.epoch = Math.max(index.epoch, head?.epoch ?? 0);
    }
  }
  const archive = openArchive(files, join(folder, 'archive'));
  const found = account.close(named, (run) => archive.has(run));
  return { wrong, index, segments: all, ...found };
};

/** A stretch of a file: a good line, or bytes that are none. */
type Piece =
  | (Frame & { readonly ok: true })
  | { readonly ok: false; readonly offset: number; readonly end: number; readonly what: string };

function* pieces(bytes: Buffer): Generator<Piece> {
  let end = 0;
  for (const frame of readFrames(bytes)) {
    if (frame.ok) {
      yield frame;
      end = frame.end;
      continue;
    }
    const { what } = frame;
    for (const later of goodFramesAfter(bytes, frame.offset)) {
      if (later.offset > end) yield { ok: false, offset: end, end: later.offset, what };
      yield later;
      end = later.end;
    }
    if (end < bytes.length) yield { ok: false, offset: end, end: bytes.length, what };
  }
}

/** A record that is lost, by what can still be read of it. */
interface Named {
  readonly run: string;
  readonly version: number;
}

const namedIn = (text: string): readonly Named[] =>
  [...text.matchAll(/"run":"([A-Za-z0-9][A-Za-z0-9._-]{0,127})","version":(\d{1,9}),/g)].map(
    ([, run = '', version = '']) => ({ run, version: Number(version) }),
  );

/** Who lost what: the count of lost records against the gaps that runs have. */
const createAccount = (index: RunIndex) => {
  /** Live runs: the seq of the last record, whether it ended the run, versions missing before it. */
  const runs = new Map<string, { seq: number; ended: boolean; missing: number }>();
  let lost: number | null = 0;
  let lastLost = 0;
  /** Versions missing in runs that were archived since: their archive files have them. */
  let archived = 0;

  return {
    lose(count: number | null, until: number): void {
      if (count === 0) return;
      lost = lost === null || count === null ? null : lost + count;
      lastLost = Math.max(lastLost, until);
    },
    take(header: RecordHeader, apply: () => void): void {
      const before = index.runs.get(header.run);
      const known = runs.get(header.run);
      const step = header.control === null ? 1 : 0;
      const jump = before === undefined ? 0 : header.version - before.version - step;
      apply();
      const live = index.runs.get(header.run);
      if (live === undefined) {
        archived += (known?.missing ?? 0) + jump;
        runs.delete(header.run);
        return;
      }
      const ended = header.events.includes('"type":"RunEnded"');
      runs.set(live.run, { seq: header.seq, ended, missing: (known?.missing ?? 0) + jump });
    },
    close(named: readonly Named[], isArchived: (run: string) => boolean) {
      const broken = new Map<string, string>();
      let explained = archived;
      for (const [run, live] of index.runs) {
        const missing = runs.get(run)?.missing ?? 0;
        explained += missing;
        // One that had been archived lacks nothing but the record of its being restored.
        if (live.headless && !isArchived(run)) {
          explained += live.version - live.places.length - missing;
        }
        const what = live.headless ? HEADLESS : live.broken;
        if (what !== null) broken.set(run, what);
      }
      const doubtful = new Set<string>();
      const gone = new Set<string>();
      for (const { run, version } of named) {
        const live = index.runs.get(run);
        // Inside a gap: counted there.
        if (live !== undefined && version < live.version) continue;
        explained += 1;
        if (live === undefined && !isArchived(run)) gone.add(run);
        if (live !== undefined && version > live.version) doubtful.add(run);
      }
      if (lost === null || lost > explained) {
        for (const [run, { seq, ended }] of runs) {
          if (!ended && (lost === null || seq < lastLost)) doubtful.add(run);
        }
      }
      for (const run of broken.keys()) doubtful.delete(run);
      let kept = 0;
      for (const { places } of index.runs.values()) kept += places.length;
      return { kept, lost, broken, doubtful: [...doubtful], gone: [...gone] };
    },
  };
};
