/** What can be wrong with a journal on disk: reported when the engine can go on, thrown when not. */

/** Something found (and dealt with) while opening or reading. `message` is for people. */
export type JournalProblem =
  | {
      /** `tail_cut`: an unfinished end was removed. `fenced`: written by an engine that had lost its lock. */
      readonly type: 'tail_cut' | 'fenced';
      readonly message: string;
      readonly file: string;
      /** Where the cut was made, in bytes. */
      readonly offset: number;
      readonly bytes: number;
      /** Where the removed bytes are kept. */
      readonly copy: string;
    }
  | {
      /** One run's history does not hold together; every other run is fine. */
      readonly type: 'run_damaged';
      readonly message: string;
      readonly run: string;
      readonly seq: number;
    }
  | {
      /**
       * `index_mended`: the list of archived runs was incomplete and has been made again from their
       * files. `index_damaged`: it turned out to be, and the next start makes it again.
       */
      readonly type: 'index_mended' | 'index_damaged';
      readonly message: string;
      readonly file: string;
    }
  | {
      /** The journal stays longer than it need be. */
      readonly type: 'not_compacted';
      readonly message: string;
    };

/** A record is damaged that others build upon: nothing is changed and the engine does not start. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
  readonly code = 'JOURNAL_DAMAGED';
  readonly file: string;
  /** Byte at which the damage starts. */
  readonly offset: number;

  constructor(file: string, offset: number, what: string, copy: string | null) {
    super(
      `${file}, byte ${offset}: ${what}, and acknowledged records follow it. Nothing was changed` +
        `${copy === null ? '' : `; a copy is kept in ${copy}`}. Bring the file back from a backup. ` +
        'Without one, "workflow repair --salvage" says what can be kept of the journal and what is lost',
    );
    this.file = file;
    this.offset = offset;
  }
}

/** The lock counted anew, its file lost: others have written under a later epoch. */
export class EpochBehindError extends Error {
  override readonly name = 'EpochBehindError';
  readonly code = 'EPOCH_BEHIND';
  /** The latest epoch in the journal. */
  readonly epoch: number;

  constructor(folder: string, written: number, held: number) {
    super(
      `The journal in ${folder} was written under epoch ${written}, later than this engine's ${held}; take the lock anew before opening it`,
    );
    this.epoch = written;
  }
}

/** One run's records cannot be read; the run is to be quarantined. */
export class RunDamagedError extends Error {
  override readonly name = 'RunDamagedError';
  readonly code = 'RUN_DAMAGED';
  readonly run: string;

  constructor(run: string, what: string, options?: ErrorOptions) {
    super(`Run ${run} cannot be read: ${what}. See "workflow audit verify ${run}"`, options);
    this.run = run;
  }
}

/** An archived run was to be appended to. */
export class RunArchivedError extends Error {
  override readonly name = 'RunArchivedError';
  readonly code = 'RUN_ARCHIVED';

  constructor(run: string) {
    super(`Run ${run} is archived; restore it before appending to it`);
  }
}

/** A run id that cannot be the name of an archive file. */
export class RunNameError extends Error {
  override readonly name = 'RunNameError';
  readonly code = 'RUN_NAME';

  constructor(run: string) {
    super(
      `"${run.slice(0, 80)}" cannot be a run id: only letters, digits, ".", "_" and "-", at most 128, first a letter or digit`,
    );
  }
}
