/** One line of `doctor`. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do, or null. */
  readonly fix: string | null;
}

export const fine = (name: string, detail: string, fix: string | null = null): Finding => ({
  name,
  ok: true,
  detail,
  fix,
});

export const wrong = (name: string, detail: string, fix: string): Finding => ({
  name,
  ok: false,
  detail,
  fix,
});
