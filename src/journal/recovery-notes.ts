/**
 * Notes of starts that did not end: `.3ox/journal/recovery.json`. Not synced: it is crashes of the
 * engine they are about, not of the machine, and what is lost with the power is only counted later.
 */
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import { writeFully } from './journal-files.ts';
import type { JournalFiles } from './journal-files.ts';

/** Starts in a row that must have gone down, and of those how many at the run that is parked. */
const STARTS = 3;
const WATCHED = 2;

interface Notes {
  /** Starts in a row that did not end well. */
  readonly unfinished: number;
  readonly at: string | null;
  /** How often a start went down at a run. */
  readonly crashes: JsonObject;
  /** Runs left alone, and why. One that is taken out is tried again. */
  readonly parked: JsonObject;
}

/** The notes of the journal in `folder` (`.3ox`). Errors of the disk are thrown. */
export const recoveryNotes = (
  folder: string,
  files: JournalFiles,
): {
  begin(): { readonly watch: boolean; readonly parked: ReadonlyMap<string, string> };
  at(run: string | null): void;
  end(): void;
} => {
  const path = join(folder, 'journal', RECOVERY_NOTES);
  let notes: Notes = { unfinished: 0, at: null, crashes: {}, parked: {} };

  const write = (next: Notes): void => {
    notes = next;
    writeNotes(path, files, next);
  };

  return {
    begin() {
      const last = parse(files.read(path));
      const crashes = { ...last.crashes };
      const parked = { ...last.parked };
      if (last.at !== null) {
        const count = numberOf(crashes[last.at]) + 1;
        crashes[last.at] = count;
        if (last.unfinished >= STARTS && count >= WATCHED) {
          parked[last.at] =
            `the engine went down over it ${last.unfinished} times in a row; workflow repair has it tried again`;
        }
      }
      write({ unfinished: last.unfinished + 1, at: null, crashes, parked });
      return { watch: last.unfinished > 0, parked: textsOf(parked) };
    },
    at: (run) => write({ ...notes, at: run }),
    end: () => write({ ...notes, unfinished: 0, at: null, crashes: {} }),
  };
};

/** Runs that the engine on this station leaves alone, and why. */
export const parkedRuns = (
  folder: string,
  files: Pick<JournalFiles, 'read'>,
): ReadonlyMap<string, string> =>
  textsOf(parse(files.read(join(folder, 'journal', RECOVERY_NOTES))).parked);

/** Has runs left alone from the next start on, and says why. The caller holds the station's lock. */
export const parkRuns = (
  folder: string,
  files: JournalFiles,
  runs: ReadonlyMap<string, string>,
): void => {
  const path = join(folder, 'journal', RECOVERY_NOTES);
  const notes = parse(files.read(path));
  writeNotes(path, files, { ...notes, parked: { ...notes.parked, ...Object.fromEntries(runs) } });
};

/** Has a parked run tried again at the next start. The caller holds the station's lock. */
export const releaseParked = (folder: string, files: JournalFiles, run: string): void => {
  const path = join(folder, 'journal', RECOVERY_NOTES);
  const notes = parse(files.read(path));
  const without = (from: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(from).filter(([key]) => key !== run));
  const { parked, crashes } = notes;
  writeNotes(path, files, { ...notes, parked: without(parked), crashes: without(crashes) });
};

const writeNotes = (path: string, files: JournalFiles, notes: Notes): void => {
  if (notes.unfinished === 0 && Object.keys(notes.parked).length === 0) {
    files.remove(path);
    return;
  }
  const file = files.open(`${path}.tmp`, 'w');
  try {
    writeFully(files, file, Buffer.from(`${JSON.stringify(notes)}\n`));
  } finally {
    files.close(file);
  }
  files.rename(`${path}.tmp`, path);
};

/** Name of the file in the journal's folder. */
const RECOVERY_NOTES = 'recovery.json';

const parse = (bytes: Buffer | null): Notes => {
  const none = { unfinished: 0, at: null, crashes: {}, parked: {} };
  if (bytes === null) return none;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isJsonObject(value)) return none;
    const { unfinished, at, crashes, parked } = value;
    return {
      unfinished: numberOf(unfinished),
      at: typeof at === 'string' ? at : null,
      crashes: isJsonObject(crashes) ? crashes : {},
      parked: isJsonObject(parked) ? parked : {},
    };
  } catch {
    // Written by hand and wrong, or by nobody: counting begins anew.
    return none;
  }
};

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

const textsOf = (parked: JsonObject): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(parked).map(([run, why]) => [
      run,
      typeof why === 'string' ? why : 'it was parked',
    ]),
  );
