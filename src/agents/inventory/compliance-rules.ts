/** Whether files keep a policy's rules. Pure; one check per rule, one violation per offending file. */
import { createGlob } from './glob.ts';
import type { PolicyRule } from './policy-rules.ts';

/** A file as rules see it; size and checksum are null where the scanner did not tell. */
export interface ListedFile {
  readonly path: string;
  readonly size: number | null;
  readonly sha256: string | null;
}

/** What a rule has against a file, or against the folder as a whole (path null). */
export interface RuleFinding {
  readonly path: string | null;
  readonly message: string;
}

/** The findings of one rule; none when it is kept. */
export const checkRule = (rule: PolicyRule, files: readonly ListedFile[]): RuleFinding[] => {
  const inScope = rule.files === undefined ? () => true : createGlob(rule.files);
  const findings = findingsOf(
    rule,
    files.filter((file) => inScope(file.path)),
  );
  return rule.message === undefined
    ? findings
    : findings.map((finding) => ({ ...finding, message: rule.message ?? finding.message }));
};

const findingsOf = (rule: PolicyRule, files: readonly ListedFile[]): RuleFinding[] => {
  switch (rule.rule) {
    case 'max_file_size':
      return files
        .filter((file) => (file.size ?? 0) > rule.value)
        .map((file) => about(file, `has ${file.size} bytes, more than ${rule.value}`));
    case 'max_total_size': {
      const total = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
      return over('bytes', total, rule.value);
    }
    case 'max_files':
      return over('files', files.length, rule.value);
    case 'no_empty_files':
      return files.filter((file) => file.size === 0).map((file) => about(file, 'is empty'));
    case 'no_duplicates':
      return duplicates(files);
    case 'allowed_extensions': {
      const endings = rule.value.map((ending) => (ending.startsWith('.') ? ending : `.${ending}`));
      return files
        .filter((file) => !endings.some((ending) => file.path.endsWith(ending)))
        .map((file) => about(file, `does not end in ${endings.join(' or ')}`));
    }
    // The one rule left; a new one does not type-check here until it has a case of its own.
    default: {
      const globs = rule.value.map((pattern) => createGlob(pattern));
      return files
        .filter((file) => !globs.some((matches) => matches(file.path)))
        .map((file) => about(file, `is not named like ${rule.value.join(' or ')}`));
    }
  }
};

const about = (file: ListedFile, what: string): RuleFinding => ({
  path: file.path,
  message: `${file.path} ${what}`,
});

const over = (unit: string, found: number, allowed: number): RuleFinding[] =>
  found > allowed
    ? [{ path: null, message: `the folder has ${found} ${unit}, more than ${allowed}` }]
    : [];

const duplicates = (files: readonly ListedFile[]): RuleFinding[] => {
  const first = new Map<string, string>();
  return files.flatMap((file) => {
    if (file.sha256 === null || file.size === 0) return [];
    const other = first.get(file.sha256);
    if (other !== undefined) return [about(file, `has the same content as ${other}`)];
    first.set(file.sha256, file.path);
    return [];
  });
};
