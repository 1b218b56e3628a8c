/** Whether files keep a policy's rules. Pure; one check per rule, one violation per offending file. */
import { createFindings } from './findings.ts';
import { createGlob } from './glob.ts';
import type { PolicyRule } from './policy-rules.ts';

/** A file as rules see it; size and checksum are null where the scanner did not tell. */
export interface RuledFile {
  readonly path: string;
  readonly size: number | null;
  readonly sha256: string | null;
}

/** What a rule has against a file, or against the folder as a whole (path null). */
export interface RuleFinding {
  readonly path: string | null;
  readonly message: string;
}

/** One rule, shown every file once. */
export interface RuleCheck {
  see(file: RuledFile): void;
  /** None when the rule is kept. */
  findings(): readonly RuleFinding[];
}

/**
 * Begins the check of one rule.
 * @param mayHaveTwin false for a checksum that is known to come once only
 */
export const createRuleCheck = (
  rule: PolicyRule,
  mayHaveTwin: (sha256: string) => boolean,
): RuleCheck => {
  const inScope = rule.files === undefined ? () => true : createGlob(rule.files);
  const found = createFindings<RuleFinding>((more) => ({
    path: null,
    message: `and ${more} more files are against the rule ${rule.rule}`,
  }));
  const test = createTest(rule, mayHaveTwin);
  return {
    see(file) {
      if (!inScope(file.path)) return;
      const what = test.file(file);
      if (what !== null) {
        found.add({ path: file.path, message: rule.message ?? `${file.path} ${what}` });
      }
    },
    findings() {
      const whole = test.end();
      if (whole === null) return found.all();
      return [...found.all(), { path: null, message: rule.message ?? whole }];
    },
  };
};

/** What is wrong with each file, and in the end with all of them together; null for nothing. */
interface RuleTest {
  file(file: RuledFile): string | null;
  end(): string | null;
}

const createTest = (rule: PolicyRule, mayHaveTwin: (sha256: string) => boolean): RuleTest => {
  switch (rule.rule) {
    case 'max_file_size':
      return eachFile(({ size }) =>
        (size ?? 0) > rule.value ? `has ${size} bytes, more than ${rule.value}` : null,
      );
    case 'max_total_size':
      return total('bytes', rule.value, ({ size }) => size ?? 0);
    case 'max_files':
      return total('files', rule.value, () => 1);
    case 'no_empty_files':
      return eachFile(({ size }) => (size === 0 ? 'is empty' : null));
    case 'no_duplicates':
      return eachFile(createTwinTest(mayHaveTwin));
    case 'allowed_extensions': {
      const endings = rule.value.map((ending) => (ending.startsWith('.') ? ending : `.${ending}`));
      return eachFile(({ path }) =>
        endings.some((ending) => path.endsWith(ending))
          ? null
          : `does not end in ${endings.join(' or ')}`,
      );
    }
    // The one rule left; a new one does not type-check here until it has a case of its own.
    default: {
      const globs = rule.value.map((pattern) => createGlob(pattern));
      return eachFile(({ path }) =>
        globs.some((matches) => matches(path))
          ? null
          : `is not named like ${rule.value.join(' or ')}`,
      );
    }
  }
};

const eachFile = (file: RuleTest['file']): RuleTest => ({ file, end: () => null });

const total = (unit: string, allowed: number, of: (file: RuledFile) => number): RuleTest => {
  let found = 0;
  return {
    file(file) {
      found += of(file);
      return null;
    },
    end: () => (found > allowed ? `the folder has ${found} ${unit}, more than ${allowed}` : null),
  };
};

const createTwinTest = (mayHaveTwin: (sha256: string) => boolean): RuleTest['file'] => {
  const first = new Map<string, string>();
  return ({ path, size, sha256 }) => {
    if (sha256 === null || size === 0 || !mayHaveTwin(sha256)) return null;
    const other = first.get(sha256);
    if (other !== undefined) return `has the same content as ${other}`;
    first.set(sha256, path);
    return null;
  };
};
