/** What one check finds: every finding up to a limit, beyond it their number. */
export interface Findings<Finding> {
  add(finding: Finding): void;
  /** What was found; a last one tells how many more there were. */
  all(): readonly Finding[];
}

/** A folder in which everything is wrong must not make an answer as large as itself. */
const MOST = 10_000;

/** `more` says that so many were left out. */
export const createFindings = <Finding>(
  more: (count: number) => Finding,
  most: number = MOST,
): Findings<Finding> => {
  const kept: Finding[] = [];
  let left = 0;
  return {
    add(finding) {
      if (kept.length < most) kept.push(finding);
      else left += 1;
    },
    all: () => (left === 0 ? kept : [...kept, more(left)]),
  };
};
