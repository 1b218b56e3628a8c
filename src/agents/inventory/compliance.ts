/**
 * Compares a folder with a policy. Pure.
 *
 * Names are compared exactly, case included. Every required file, required folder, forbidden
 * pattern and rule is one check; the score is round(100 × checks met / checks), 100 without any.
 */
import { compareBytes } from './byte-order.ts';
import { checkRule } from './compliance-rules.ts';
import type { ListedFile } from './compliance-rules.ts';
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

/** What is in the folder. Folders that hold files need not be listed. */
export interface FolderContent {
  readonly files: readonly ListedFile[];
  readonly folders: readonly string[];
}

export const judge = (
  content: FolderContent,
  policy: Omit<Policy, 'version'>,
  strict: boolean,
): Compliance => {
  const files = new Set(content.files.map((file) => file.path));
  const folders = allFolders(content);

  const missingFiles = unique(policy.required_files).filter((path) => !files.has(path));
  const missingFolders = unique(policy.required_folders).filter((path) => !folders.has(path));
  const forbidden = unique(policy.forbidden_patterns).map((pattern) => ({
    pattern,
    paths: content.files.map((file) => file.path).filter(createGlob(pattern)),
  }));
  const broken = policy.rules.map((rule) => ({ rule, findings: checkRule(rule, content.files) }));

  const warning = strict ? 'error' : 'warning';
  const violations: Violation[] = [
    ...missingFiles.map((path) => missing('missing_file', 'file', path)),
    ...missingFolders.map((path) => missing('missing_folder', 'folder', path)),
    ...forbidden.flatMap(({ pattern, paths }) =>
      paths.map(
        (path) =>
          ({
            kind: 'forbidden_file',
            path,
            pattern,
            severity: warning,
            message: `${path} is forbidden by the pattern ${pattern}`,
          }) as const,
      ),
    ),
    ...broken.flatMap(({ rule, findings }) =>
      findings.map(
        ({ path, message }) =>
          ({
            kind: rule.rule,
            path,
            pattern: rule.files ?? null,
            severity: warning,
            message,
          }) as const,
      ),
    ),
  ];

  const results = [
    ...unique(policy.required_files).map((path) => files.has(path)),
    ...unique(policy.required_folders).map((path) => folders.has(path)),
    ...forbidden.map(({ paths }) => paths.length === 0),
    ...broken.map(({ findings }) => findings.length === 0),
  ];
  const checks = { met: results.filter(Boolean).length, total: results.length };
  return {
    compliance_status: statusOf(violations),
    compliance_score: scoreOf(checks),
    violations,
    missing_files: missingFiles,
    missing_folders: missingFolders,
    forbidden_files: unique(forbidden.flatMap(({ paths }) => paths)).sort(compareBytes),
    checks,
  };
};

/** round(100 × met / total), 100 when nothing is checked. */
export const scoreOf = ({ met, total }: Compliance['checks']): number =>
  total === 0 ? 100 : Math.round((100 * met) / total);

const statusOf = (violations: readonly Violation[]): ComplianceStatus => {
  if (violations.length === 0) return 'PASS';
  return violations.some((violation) => violation.severity === 'error') ? 'FAIL' : 'PARTIAL';
};

const missing = (kind: string, what: string, path: string): Violation => ({
  kind,
  path,
  pattern: null,
  severity: 'error',
  message: `required ${what} ${path} is missing`,
});

const allFolders = (content: FolderContent): ReadonlySet<string> => {
  const folders = new Set(content.folders);
  for (const { path } of content.files) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) {
      folders.add(path.slice(0, at));
    }
  }
  return folders;
};

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
