/**
 * Compares a folder with a policy, file by file, so that the folder is never held as a whole. Pure.
 *
 * Names are compared exactly, case included. Every required file, required folder, forbidden
 * pattern and rule is one check; the score is round(100 × checks met / checks), 100 without any.
 */
import { compareBytes } from './byte-order.ts';
import { createRuleCheck } from './compliance-rules.ts';
import type { RuledFile } from './compliance-rules.ts';
import { createFindings } from './findings.ts';
import { createGlob } from './glob.ts';
import type { Policy } from './policy.ts';

type ComplianceStatus = 'PASS' | 'PARTIAL' | 'FAIL';

/** Something that is not as the policy says. `kind` is one of these four or a rule's name. */
interface Violation {
  readonly kind: 'missing_file' | 'missing_folder' | 'forbidden_file' | (string & {});
  readonly path: string | null;
  readonly pattern: string | null;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface Compliance {
  readonly compliance_status: ComplianceStatus;
  readonly compliance_score: number;
  readonly violations: readonly Violation[];
  readonly missing_files: readonly string[];
  readonly missing_folders: readonly string[];
  readonly forbidden_files: readonly string[];
  readonly checks: { readonly met: number; readonly total: number };
}

/** A folder's judge: told of all folders and files once each, in any order, it then says what it found. */
export interface Judge {
  seeFolder(path: string): void;
  /** Folders that hold files need not be told of. */
  seeFile(file: RuledFile): void;
  verdict(): Compliance;
}

/**
 * Begins to judge a folder.
 * @param mayHaveTwin false for a checksum that is known to come once only
 */
export const createJudge = (
  policy: Omit<Policy, 'version'>,
  strict: boolean,
  mayHaveTwin: (sha256: string) => boolean = () => true,
): Judge => {
  const severity = strict ? 'error' : 'warning';
  const files = new Set(policy.required_files);
  const folders = new Set(policy.required_folders);
  const missing = { files: new Set(files), folders: new Set(folders) };
  const patterns = [...new Set(policy.forbidden_patterns)].map((pattern) => ({
    pattern,
    matches: createGlob(pattern),
    found: createFindings<Violation>((more) => ({
      kind: 'forbidden_file',
      path: null,
      pattern,
      severity,
      message: `and ${more} more files are forbidden by the pattern ${pattern}`,
    })),
  }));
  const rules = policy.rules.map((rule) => ({ rule, check: createRuleCheck(rule, mayHaveTwin) }));

  return {
    seeFolder: (path) => void missing.folders.delete(path),
    seeFile(file) {
      const { path } = file;
      missing.files.delete(path);
      for (let at = path.indexOf('/'); at !== -1 && missing.folders.size > 0;) {
        missing.folders.delete(path.slice(0, at));
        at = path.indexOf('/', at + 1);
      }
      for (const { pattern, matches, found } of patterns) {
        if (!matches(path)) continue;
        const message = `${path} is forbidden by the pattern ${pattern}`;
        found.add({ kind: 'forbidden_file', path, pattern, severity, message });
      }
      for (const { check } of rules) check.see(file);
    },
    verdict() {
      const forbidden = patterns.map(({ found }) => found.all());
      const broken = rules.map(({ rule, check }) =>
        check.findings().map(({ path, message }): Violation => ({
          kind: rule.rule,
          path,
          pattern: rule.files ?? null,
          severity,
          message,
        })),
      );
      const violations = [
        ...[...missing.files].map((path) => absent('missing_file', 'file', path)),
        ...[...missing.folders].map((path) => absent('missing_folder', 'folder', path)),
        ...forbidden.flat(),
        ...broken.flat(),
      ];
      const lists = [...forbidden, ...broken];
      const total = files.size + folders.size + lists.length;
      const kept = lists.filter((list) => list.length === 0).length;
      const checks = {
        met: files.size - missing.files.size + folders.size - missing.folders.size + kept,
        total,
      };
      return {
        compliance_status: statusOf(violations),
        compliance_score: scoreOf(checks),
        violations,
        missing_files: [...missing.files],
        missing_folders: [...missing.folders],
        forbidden_files: pathsOf(forbidden.flat()),
        checks,
      };
    },
  };
};

/** round(100 × met / total), 100 when nothing is checked. */
export const scoreOf = ({ met, total }: Compliance['checks']): number =>
  total === 0 ? 100 : Math.round((100 * met) / total);

const statusOf = (violations: readonly Violation[]): ComplianceStatus => {
  if (violations.length === 0) return 'PASS';
  return violations.some((violation) => violation.severity === 'error') ? 'FAIL' : 'PARTIAL';
};

const absent = (kind: string, what: string, path: string): Violation => ({
  kind,
  path,
  pattern: null,
  severity: 'error',
  message: `required ${what} ${path} is missing`,
});

/** Each once, by their bytes. */
const pathsOf = (violations: readonly Violation[]): readonly string[] =>
  [...new Set(violations.flatMap(({ path }) => path ?? []))].sort(compareBytes);
