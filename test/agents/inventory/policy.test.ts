import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyLoaderAgent } from '../../../src/agents/inventory/policy-loader.ts';
import { readPolicy } from '../../../src/agents/inventory/policy.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { policyOutput } from './outputs.ts';

const BODY = `version: 2
required_files: [INDEX.md, ./sub/a.md]
required_folders: [REPORTS/]
forbidden_patterns: ["*.tmp"]
rules:
  - words for people
  - max_file_size: 1KB
  - {rule: no_empty_files, files: "*.md", message: write something}
`;

const FORMS: readonly (readonly [string, string, string])[] = [
  ['plain YAML', 'p.yaml', BODY],
  ['YAML with a document start', 'p.yaml', `---\n${BODY}`],
  [
    'YAML between banners',
    'p.yml',
    `///▙▖▙▖\n▛//▞▞ title\n▞//▞ x\n▙⌱ y\n〔z〕\n${BODY}//▙▖▙▖▞▞▙▂▂〘・.°𝚫〙\n`,
  ],
  ['front matter', 'p.md', `---\n${BODY}---\n# Title\n\ntext: [not yaml\n`],
  ['front matter after a banner', 'p.md', `///▙▖▙▖\n\n---\n${BODY}---\ntext\n//▙▖\n`],
  [
    'a fenced block',
    'p.md',
    `# Title\n\n\`\`\`js\nlet a = {\n\`\`\`\n\n\`\`\`yaml\n${BODY}\`\`\`\n`,
  ],
  [
    'front matter for the version, a block for the rest',
    'p.md',
    `---\nversion: 2\n---\n~~~yml\n${BODY.replace('version: 2', 'version: 1')}~~~\n`,
  ],
  [
    'Windows line ends and a byte order mark',
    'p.md',
    `\uFEFF---\n${BODY}---\n`.replace(/\n/gu, '\r\n'),
  ],
  ['YAML in a file called .md', 'p.md', BODY],
];

describe('reading a policy', () => {
  it.each(FORMS)('reads %s', (_form, file, text) => {
    expect(readPolicy(text, file)).toEqual({
      version: 2,
      required_files: ['INDEX.md', 'sub/a.md'],
      required_folders: ['REPORTS'],
      forbidden_patterns: ['*.tmp'],
      rules: [
        { rule: 'max_file_size', value: 1024 },
        { rule: 'no_empty_files', files: '*.md', message: 'write something' },
      ],
    });
  });

  it.each([
    ['rules written as a map', 'rules: {max_files: 3, allowed_extensions: md}', 2],
    ['rules that are not given', 'required_files:', 0],
  ])('reads %s', (_form, text, rules) => {
    expect(readPolicy(text, 'p.yaml').rules).toHaveLength(rules);
  });

  it.each([
    ['no YAML at all', 'p.md', '# Title\n\nwords', 'p.md:1: no policy found'],
    ['another kind of YAML', 'p.yaml', 'workflow: {id: x}', 'no policy found'],
    [
      'broken YAML',
      'p.md',
      '# T\n\n```yaml\nrequired_files: [a\nx: 1\n```\n',
      /^p\.md:[45]: the YAML cannot/u,
    ],
    [
      'a key given twice',
      'p.yaml',
      'rules: []\nrules: []',
      'p.yaml:2: the YAML cannot be read: duplicat',
    ],
    [
      'a wrong type',
      'p.yaml',
      'version: 1\nrequired_files: INDEX.md',
      'p.yaml:2: required_files: expected a list of paths',
    ],
    [
      'an unknown rule',
      'p.yaml',
      'rules:\n  - max_size: 3',
      'unknown rule; there are max_file_size',
    ],
    ['a wrong size', 'p.yaml', 'rules:\n  - max_file_size: big', 'expected a size such as 500KB'],
    ['a rule switched off', 'p.yaml', 'rules: {no_empty_files: false}', 'expected true'],
    ['many aliases', 'p.yaml', `a: &a [1]\nb: [${'*a, '.repeat(200)}]`, 'the YAML cannot be read'],
  ])('refuses %s, with file, line and what to do', (_what, file, text, message) => {
    expect(() => readPolicy(text, file)).toThrow(message);
    expect(() => readPolicy(text, file)).toThrow(
      expect.objectContaining({ type: 'PolicyError', retryable: false }),
    );
  });
});

describe('POLICY_LOADER_AGENT', () => {
  let root: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ root, remove } = await createTempStation());
    await addFiles(root, {
      '.3ox.index/POLICY/P.md': `---\n${BODY}---\n`,
      'big.yaml': 'x'.repeat(2 ** 21),
    });
  });
  afterEach(() => remove());

  const load = async (payload: Readonly<Record<string, string>>) =>
    policyOutput.parse(await policyLoaderAgent.handle(payload, createFakeContext({ root })));

  it.each([
    ['minimal', 2, 0, 0, 0],
    ['standard', 2, 1, 1, 0],
    ['comprehensive', 2, 1, 1, 2],
  ])(
    'at level %s looks at %i files, %i folders, %i patterns, %i rules',
    async (level, files, folders, patterns, rules) => {
      const policy = await load({ policy: '.3ox.index/policy/P.md', validation_level: level });
      expect(policy).toMatchObject({ policy_version: 2, policy_file: '.3ox.index/POLICY/P.md' });
      expect(policy.required_files).toHaveLength(files);
      expect(policy.required_folders).toHaveLength(folders);
      expect(policy.forbidden_patterns).toHaveLength(patterns);
      expect(policy.policy_rules).toHaveLength(rules);
    },
  );

  it.each([
    ['nowhere.md', 'PolicyError', 'does not exist'],
    ['.3ox.index', 'PolicyError', 'not a file'],
    ['big.yaml', 'PolicyError', 'too large'],
    ['../p.md', 'InvalidPathError', 'leaves the station'],
  ])('refuses %s with %s', async (policy, type, message) => {
    await expect(load({ policy })).rejects.toMatchObject({
      type,
      retryable: false,
      message: expect.stringContaining(message),
    });
  });
});
