import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complianceValidatorAgent } from '../../../src/agents/inventory/compliance-validator.ts';
import { createJudge, scoreOf } from '../../../src/agents/inventory/compliance.ts';
import { recommendationAgent } from '../../../src/agents/inventory/recommendations.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext } from '../../support/agent-context.ts';
import { complianceOutput, recommendationOutput } from './outputs.ts';

const context = createFakeContext({ root: '/nowhere' });
const validate = async (payload: JsonObject) =>
  complianceOutput.parse(await complianceValidatorAgent.handle(payload, context));
const file = (path: string, size = 1, sha256: string | null = null) => ({ path, size, sha256 });
interface Content {
  readonly files: readonly ReturnType<typeof file>[];
  readonly folders: readonly string[];
}
const judge = (content: Content, policy: Parameters<typeof createJudge>[0], strict: boolean) => {
  const judged = createJudge(policy, strict);
  for (const folder of content.folders) judged.seeFolder(folder);
  for (const one of content.files) judged.seeFile(one);
  return judged.verdict();
};
const NONE = { required_files: [], required_folders: [], forbidden_patterns: [], rules: [] };

describe('judging a folder', () => {
  it('passes without checks, with a score of 100', () => {
    expect(judge({ files: [], folders: [] }, NONE, true)).toMatchObject({
      compliance_status: 'PASS',
      compliance_score: 100,
      violations: [],
    });
  });

  it('compares names exactly and finds folders by what is in them', () => {
    const policy = {
      ...NONE,
      required_files: ['a/INDEX.md', 'index.md'],
      required_folders: ['a', 'b', 'A', 'c/d'],
    };
    const content = {
      files: [file('a/INDEX.md'), file('INDEX.md'), file('c/d/e')],
      folders: ['b'],
    };
    expect(judge(content, policy, false)).toMatchObject({
      compliance_status: 'FAIL',
      compliance_score: 67,
      missing_files: ['index.md'],
      missing_folders: ['A'],
      checks: { met: 4, total: 6 },
    });
  });

  it('warns of forbidden files, and fails for them under strict mode', () => {
    const policy = { ...NONE, required_files: ['a.md'], forbidden_patterns: ['*.tmp', 'x/**'] };
    const content = { files: [file('a.md'), file('x/b.tmp'), file('c.tmp')], folders: [] };
    const loose = judge(content, policy, false);
    expect(loose).toMatchObject({
      compliance_status: 'PARTIAL',
      compliance_score: 33,
      forbidden_files: ['c.tmp', 'x/b.tmp'],
    });
    expect(loose.violations).toHaveLength(3);
    expect(judge(content, policy, true)).toMatchObject({
      compliance_status: 'FAIL',
      compliance_score: 33,
    });
  });

  it.each([
    [{ rule: 'max_file_size', value: 2 }, ['c.md']],
    [{ rule: 'max_total_size', value: 3 }, [null]],
    [{ rule: 'max_files', value: 3 }, [null]],
    [{ rule: 'no_empty_files' }, ['b.txt']],
    [{ rule: 'no_empty_files', files: '*.md' }, []],
    [{ rule: 'no_duplicates' }, ['d.md']],
    [{ rule: 'allowed_extensions', value: ['md'] }, ['b.txt']],
    [{ rule: 'name_pattern', value: ['[a-c].*'] }, ['d.md']],
  ] as const)('checks %j', (rule, paths) => {
    const content = {
      files: [file('a.md'), file('b.txt', 0, 'y'), file('c.md', 3, 'z'), file('d.md', 2, 'z')],
      folders: [],
    };
    const { violations, checks } = judge(content, { ...NONE, rules: [rule] }, false);
    expect(violations.map((violation) => violation.path)).toEqual(paths);
    expect(checks).toEqual({ met: paths.length === 0 ? 1 : 0, total: 1 });
  });

  it('keeps score, status and lists in step, whatever folder and policy', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b/c', 'b/d.tmp', 'e.md', 'f/g/h'));
    const globs = fc.uniqueArray(fc.constantFrom('*.tmp', '**', 'e.*', 'none'));
    fc.assert(
      fc.property(
        names,
        names,
        names,
        globs,
        fc.boolean(),
        (have, files, folders, patterns, strict) => {
          const policy = {
            required_files: files,
            required_folders: folders,
            forbidden_patterns: patterns,
            rules: [],
          };
          const result = judge(
            { files: have.map((path) => file(path)), folders: [] },
            policy,
            strict,
          );
          const hit = new Set(
            result.violations.flatMap(({ pattern }) => (pattern === null ? [] : [pattern])),
          );
          const total = files.length + folders.length + patterns.length;
          const met =
            total - result.missing_files.length - result.missing_folders.length - hit.size;
          expect(result.compliance_score).toBe(total === 0 ? 100 : Math.round((100 * met) / total));
          const missing = result.missing_files.length + result.missing_folders.length;
          const expected =
            missing > 0 || (strict && hit.size > 0) ? 'FAIL' : hit.size > 0 ? 'PARTIAL' : 'PASS';
          expect(result.compliance_status).toBe(expected);
          expect(result.compliance_status === 'PASS').toBe(result.compliance_score === 100);
        },
      ),
    );
  });

  it('scores between 0 and 100', () => {
    expect([
      scoreOf({ met: 0, total: 3 }),
      scoreOf({ met: 2, total: 3 }),
      scoreOf({ met: 3, total: 3 }),
    ]).toEqual([0, 67, 100]);
  });
});

describe('COMPLIANCE_VALIDATOR_AGENT', () => {
  it('takes the policy whole or in parts, parts first, nulls as nothing', async () => {
    const policy = {
      required_files: ['a'],
      policy_rules: [{ rule: 'no_empty_files', value: true }],
    };
    expect((await validate({ file_list: ['b'], policy })).missing_files).toEqual(['a']);
    expect((await validate({ file_list: ['b'], policy, required_files: ['b'] })).checks.total).toBe(
      2,
    );
    expect(
      (await validate({ file_list: [], required_files: null, strict_mode: null })).compliance_score,
    ).toBe(100);
  });

  it("understands file lists of the guide's agents", async () => {
    const output = await validate({
      file_list: [
        'file1.txt',
        { Name: 'file2.md', FullName: '/x/file2.md', Length: 7 },
        { name: 'file3.md' },
      ],
      required_files: ['file1.txt', 'file2.md', 'file3.md', 'file4.md'],
      policy_rules: [{ rule: 'max_file_size', value: 5 }],
    });
    expect(output).toMatchObject({ missing_files: ['file4.md'], compliance_score: 60 });
  });

  it.each([
    [{}, 'payload.file_list: expected a list of files'],
    [{ file_list: 'x' }, 'payload.file_list: expected a list of files'],
    [{ file_list: [{ size: 3 }] }, 'payload.file_list.0: expected a path, or a map'],
    [{ file_list: [], strict_mode: 'no' }, 'payload.strict_mode'],
    [{ file_list: [], required_files: 'a' }, 'payload.required_files: expected a list'],
  ])('refuses %j, saying %s', async (payload, message) => {
    const handled = complianceValidatorAgent.handle(payload, context);
    await expect(handled).rejects.toMatchObject({
      type: 'AgentError',
      retryable: false,
      message: expect.stringContaining(message),
    });
  });
});

describe('RECOMMENDATION_AGENT', () => {
  it('says something about every violation, each either for a machine or for a person', async () => {
    const kinds = [
      'missing_file',
      'missing_folder',
      'forbidden_file',
      'no_empty_files',
      'no_duplicates',
      'max_file_size',
      'name_pattern',
      'max_files',
      'something_new',
    ];
    const violations = kinds.map((kind) => ({
      kind,
      path: 'x',
      pattern: null,
      message: `about ${kind}`,
    }));
    const output = recommendationOutput.parse(
      await recommendationAgent.handle({ violations }, context),
    );
    expect(output.recommendations).toHaveLength(kinds.length);
    expect(output.auto_fixable.map((fix) => fix.action)).toEqual(['create_folder', 'move_out']);
    expect(output.auto_fixable.length + output.manual_fixes.length).toBe(kinds.length);
  });

  it('has nothing to say when nothing is wrong', async () => {
    expect(await recommendationAgent.handle({}, context)).toEqual({
      recommendations: [],
      auto_fixable: [],
      manual_fixes: [],
    });
  });
});
