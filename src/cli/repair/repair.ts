/** One thing that `repair` can mend, found and not yet done. */
export interface Repair {
  readonly name: string;
  /** What is wrong and what would be done, for people. */
  readonly detail: string;
  /** Safe to call when it was mended meanwhile. Throws what stood in the way. */
  perform(): Promise<void>;
}
