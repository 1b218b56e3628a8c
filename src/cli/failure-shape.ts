/** A failure as `--json` tells it (`error/1`), with its exit code. */
export interface Failure {
  readonly type: 'failure';
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** File, option or input it is about, or null. */
  readonly at: string | null;
}
