/**
 * Audit: does everything on disk still say what was written? Checks framing and checksums, the gap-
 * less count, each run's versions, hashes and chain, and that archive files, index and journal agree.
 */
import { join } from 'node:path';
import { archiveName } from './archive.ts';
import { parseClosing } from './closing.ts';
import type { Closing } from './closing.ts';
import { readFrames } from './frame.ts';
import { linesIn } from './index-lines.ts';
import type { IndexLine } from './index-lines.ts';
import { parsePart, partOf, writePart } from './index-part.ts';
import { INDEX, PARTS } from './index-source.ts';
import { systemFiles } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';
import { NO_HASH, hashMatches, ownText, parseHeader } from './record.ts';
import { HEADLESS, scanQuietly } from './scan.ts';
import type { ScanVisitor } from './scan.ts';

/** One thing that is not as it was written. */
export interface VerificationProblem {
  /** Relative to the `.3ox` folder, `/` separators. */
  readonly file: string;
  readonly offset: number;
  /** The run concerned, or null when that cannot be told. */
  readonly run: string | null;
  readonly what: string;
}

/** The outcome of an audit. */
export interface Verification {
  readonly ok: boolean;
  /** Records looked at. */
  readonly records: number;
  /** Runs looked at, live and archived. */
  readonly runs: number;
  readonly problems: readonly VerificationProblem[];
}

/** Verifies the journal and archive in `folder` (`.3ox`), or what concerns one run. Writes nothing. */
export const verifyJournal = async (options: {
  readonly folder: string;
  readonly run?: string;
  readonly files?: JournalFiles;
}): Promise<Verification> => {
  const { folder, run, files = systemFiles } = options;
  const wanted = (of: string): boolean => run === undefined || run === of;

  // 1. Segments. The scan may start over, and then so do its findings.
  let findings = createFindings();
  let archivedHeads = new Map<string, string>();
  const visitor = (): ScanVisitor => {
    findings = createFindings();
    archivedHeads = new Map();
    return (header, { name, offset, json }, wrong) => {
      if (!wanted(header.run)) return;
      const tell = (what: string): void =>
        findings.tell(`journal/${name}`, offset, header.run, what);
      if (header.control === null) findings.count(header.run, header.seq);
      if (wrong !== null) tell(wrong);
      if (!hashMatches(json, header)) tell('the record does not match its hash');
      if (header.control === 'archived') {
        archivedHeads.set(ownText(header.run), ownText(header.prev));
      }
    };
  };
  const scan = await scanQuietly(files, join(folder, 'journal'), visitor);
  const { damage } = scan;
  if (damage !== null) findings.tell(`journal/${damage.name}`, damage.offset, null, damage.what);
  for (const of of scan.headless.filter(wanted)) findings.tell('journal', 0, of, HEADLESS);
  for (const { segment, offset, what } of scan.leftovers) {
    findings.tell(`journal/${segment.name}`, offset, null, what);
  }

  // 2. Archive: the index, then each file.
  const archiveFolder = join(folder, 'archive');
  const index = files.read(join(archiveFolder, INDEX)) ?? Buffer.alloc(0);
  for (const frame of readFrames(index)) {
    if (frame.ok && parseClosing(frame.json) !== null) continue;
    const what = frame.ok ? 'this is not a line of the index' : frame.what;
    findings.tell(`archive/${INDEX}`, frame.offset, null, what);
  }
  const { lines } = linesIn(files, join(archiveFolder, INDEX), 0);
  const closings = new Map(lines.map(({ closing }) => [closing.archived.run, closing]));
  verifyParts(files, archiveFolder, lines, findings);
  const names = new Set(files.list(archiveFolder));
  for (const name of [INDEX, PARTS]) names.delete(name);
  for (const of of closings.keys()) names.add(archiveName(of));
  for (const name of names) {
    const of = name.endsWith('.jsonl') ? name.slice(0, -'.jsonl'.length) : null;
    if (of === null || !wanted(of)) continue;
    const live = scan.index.runs.get(of);
    const head = live === undefined ? archivedHeads.get(of) : undefined;
    verifyFile(files, archiveFolder, of, { closings, findings, head, isLive: live !== undefined });
  }
  for (const of of archivedHeads.keys()) {
    if (scan.index.runs.has(of) || names.has(archiveName(of))) continue;
    findings.tell(`archive/${archiveName(of)}`, 0, of, 'the file of an archived run is missing');
  }

  if (run !== undefined && findings.runs() === 0) {
    findings.tell('journal', 0, run, 'there is no record of this run');
  }
  return findings.outcome();
};

/** Each part says what the lines it stands for say. */
const verifyParts = (
  files: JournalFiles,
  folder: string,
  lines: readonly IndexLine[],
  findings: Findings,
): void => {
  let at = 0;
  for (const frame of readFrames(files.read(join(folder, PARTS)) ?? Buffer.alloc(0))) {
    const part = frame.ok ? parsePart(frame.json) : null;
    const from = at;
    while (at < lines.length && (lines[at]?.end ?? 0) <= (part?.to ?? 0)) at += 1;
    const its = lines.slice(from, at).map(({ closing }) => closing);
    const says = part === null || its.length === 0 ? null : writePart(partOf(its, part));
    if (frame.ok && says === frame.json) continue;
    findings.tell(`archive/${PARTS}`, frame.offset, null, 'this is not what the index says');
  }
};

const verifyFile = (
  files: JournalFiles,
  folder: string,
  run: string,
  known: {
    readonly closings: ReadonlyMap<string, Closing>;
    readonly findings: Findings;
    /** What the journal says was the run's last hash when it was archived, if it still knows. */
    readonly head: string | undefined;
    readonly isLive: boolean;
  },
): void => {
  const { closings, findings } = known;
  const name = archiveName(run);
  const tell = (offset: number, what: string): void =>
    findings.tell(`archive/${name}`, offset, run, what);
  const bytes = files.read(join(folder, name));
  if (bytes === null) {
    if (!known.isLive) tell(0, 'the file of an archived run is missing');
    return;
  }
  let head = NO_HASH;
  let version = 0;
  let closed = false;
  for (const frame of readFrames(bytes)) {
    if (!frame.ok) return tell(frame.offset, frame.what);
    if (closed) return tell(frame.offset, 'something follows the closing line');
    const header = parseHeader(frame.json);
    if (header === null) {
      const closing = parseClosing(frame.json);
      closed =
        closing?.archived.run === run && closing.version === version && closing.head === head;
      if (!closed) return tell(frame.offset, 'the closing line does not fit the records');
      const listed = JSON.stringify(closings.get(run));
      if (!known.isLive && listed !== frame.json) {
        findings.tell(`archive/${INDEX}`, 0, run, 'the index says something else than the file');
      }
      continue;
    }
    findings.count(run, header.seq);
    const fits = header.run === run && header.version === version + 1 && header.prev === head;
    if (!fits) return tell(frame.offset, 'the record does not follow from the one before it');
    if (!hashMatches(frame.json, header)) tell(frame.offset, 'the record does not match its hash');
    ({ version, hash: head } = header);
  }
  if (!closed) tell(bytes.length, 'the closing line is missing');
  if (known.head !== undefined && known.head !== head) {
    tell(0, 'these are not the records the journal archived');
  }
};

interface Findings {
  tell(file: string, offset: number, run: string | null, what: string): void;
  count(run: string, seq: number): void;
  runs(): number;
  outcome(): Verification;
}

const createFindings = (): Findings => {
  const problems: VerificationProblem[] = [];
  const runs = new Set<string>();
  // A record is in both places until its segment goes.
  const seqs = new Set<number>();
  return {
    tell: (file, offset, run, what) => void problems.push({ file, offset, run, what }),
    count(run, seq) {
      if (!runs.has(run)) runs.add(ownText(run));
      seqs.add(seq);
    },
    runs: () => runs.size,
    outcome: () => ({ ok: problems.length === 0, records: seqs.size, runs: runs.size, problems }),
  };
};
