/** The shipped PowerShell functions and the built-in agents give the same outputs. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AgentFailure } from '../../../src/agents/agent.ts';
import type { BuiltinAgent } from '../../../src/agents/agent.ts';
import { inventoryAgents } from '../../../src/agents/inventory/index.ts';
import { createPowerShellAgent } from '../../../src/agents/process/powershell-agent.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { powerShell } from '../../support/powershell.ts';

const shell = powerShell('the shipped PowerShell functions');

const isRoot = process.getuid?.() === 0;
if (isRoot) console.warn('NOT RUN: unreadable files in PowerShell: root may read everything');

const FUNCTIONS = {
  FILE_SCANNER_AGENT: 'Invoke-FileScan',
  POLICY_LOADER_AGENT: 'Invoke-PolicyLoad',
  COMPLIANCE_VALIDATOR_AGENT: 'Invoke-ComplianceValidation',
  RECOMMENDATION_AGENT: 'Get-ComplianceRecommendation',
  RECEIPT_GENERATOR_AGENT: 'New-ValidationReceipt',
} as const;

type Name = keyof typeof FUNCTIONS;

describe.skipIf(shell === null)('inventory agents in PowerShell', { timeout: 120_000 }, () => {
  let root: string;
  let remove: () => Promise<void>;
  const agents = new Map<Name, BuiltinAgent>();

  beforeAll(async () => {
    ({ root, remove } = await createTempStation());
    cpSync('examples/station', root, { recursive: true });
    await addFiles(root, TREES);
    mkdirSync(join(root, 'links', 'real', 'deep'), { recursive: true });
    await addFiles(root, { 'links/real/deep/file.txt': 'x', 'links/top.txt': 'top' });
    symlinkSync('real', join(root, 'links', 'also'));
    symlinkSync('..', join(root, 'links', 'real', 'loop'));
    symlinkSync('top.txt', join(root, 'links', 'a-link'));
    symlinkSync('nowhere', join(root, 'links', 'broken'));
    symlinkSync('/etc', join(root, 'links', 'out'));
    execFileSync('mkfifo', [join(root, 'links', 'pipe')]);
  });
  afterAll(async () => {
    for (const agent of agents.values()) await agent.close?.();
    await remove();
  });

  const agent = (name: Name): BuiltinAgent => {
    const known = agents.get(name);
    if (known !== undefined) return known;
    const entry = { kind: 'powershell', function: FUNCTIONS[name], workers: 1 };
    const text = JSON.stringify({ agents: { [name]: entry } });
    const read = parseAgentRegistry(text, 'agents.yaml').registry.get(name);
    if (read?.kind !== 'powershell') throw new Error('no powershell agent');
    const environment = shell?.environment ?? {};
    const made = createPowerShellAgent(read, { station: root, environment });
    agents.set(name, made);
    return made;
  };

  /** Output, or what failed how. */
  const outcome = async (of: BuiltinAgent | undefined, payload: JsonObject, access: Access) => {
    try {
      const output = await of?.handle(payload, createFakeContext({ root, ...access }));
      return { output: comparable(output ?? null) };
    } catch (error) {
      if (!(error instanceof AgentFailure)) throw error;
      return { type: error.type, retryable: error.retryable };
    }
  };

  const both = async (name: Name, payload: JsonObject, access: Access = {}) => {
    const builtin = inventoryAgents.find((one) => one.name === name);
    const expected = await outcome(builtin, payload, access);
    expect(await outcome(agent(name), payload, access)).toEqual(expected);
    return expected;
  };

  it.each([
    ['0UT.3OX', {}],
    ['0ut.3ox.broken', {}],
    ['0UT.3OX.REVIEW', {}],
    ['.', { exclude: ['0UT*/**', '*.md'] }],
    ['.', { include_hidden: true, include_outputs: true, calculate_checksums: false }],
    ['tree', {}],
    ['tree', { recursive: false }],
    ['tree', { exclude: ['*.tmp', 'deep/**', '[b]*', 'ünï/'] }],
    ['tree', { include_hidden: true }],
    ['tree/empty', {}],
    ['links', {}],
    ['links', { follow_symlinks: true }],
    ['links', { follow_symlinks: true, recursive: false }],
    ['links/also', { follow_symlinks: true }],
  ])('scan %s %j alike', async (folder, scan_options) => {
    const { output } = await both('FILE_SCANNER_AGENT', { folder, scan_options });
    expect(output).toHaveProperty('file_list');
  });

  it.each([
    ['nowhere', {}],
    ['../x', {}],
    ['/etc', {}],
    ['tree/a.txt', {}],
    ['links/out', {}],
    [7, {}],
    ['tree', { recursive: 'yes' }],
    ['tree', 1],
  ])('refuse to scan %j %j alike', async (folder, scan_options) => {
    expect(await both('FILE_SCANNER_AGENT', { folder, scan_options })).toHaveProperty('type');
  });

  it('keep to read_access alike', async () => {
    const access = { readAccess: ['tree'] };
    expect(await both('FILE_SCANNER_AGENT', { folder: 'links' }, access)).toMatchObject({
      type: 'PermissionError',
    });
    await both('FILE_SCANNER_AGENT', { folder: 'tree/deep' }, access);
  });

  it.skipIf(isRoot)('treat unreadable files alike', async () => {
    chmodSync(join(root, 'tree', 'a.txt'), 0);
    const fails = await both('FILE_SCANNER_AGENT', { folder: 'tree' });
    expect(fails).toMatchObject({ type: 'PermissionError' });
    await both('FILE_SCANNER_AGENT', { folder: 'tree', scan_options: { skip_unreadable: true } });
    chmodSync(join(root, 'tree', 'a.txt'), 0o644);
  });

  it('put long lists into a file, which the validator reads', async () => {
    const payload = { folder: 'tree', scan_options: { inline_entries: 2 } };
    const scan = (await agent('FILE_SCANNER_AGENT').handle(
      payload,
      createFakeContext({ root }),
    )) as JsonObject;
    expect(scan['file_list']).toMatchObject({ $ref: expect.stringMatching(/^\.3ox/) });
    const rules = { policy_rules: [{ rule: 'no_duplicates' }, { rule: 'no_empty_files' }] };
    await both('COMPLIANCE_VALIDATOR_AGENT', { ...scan, ...rules });
  });

  it.each([
    ['.3ox.index/POLICY/INVENTORY.POLICY.md'],
    ['policies/blocks.md'],
    ['policies/plain.yaml'],
    ['policies/map.yaml'],
  ])('load the policy %s alike, at every level', async (policy) => {
    for (const validation_level of ['minimal', 'standard', 'comprehensive', null]) {
      const { output } = await both('POLICY_LOADER_AGENT', { policy, validation_level });
      expect(output).toHaveProperty('required_files');
    }
  });

  it.each([
    ['policies/none.md'],
    ['policies/bad-yaml.md'],
    ['policies/bad-rule.yaml'],
    ['policies/bad-size.yaml'],
    ['policies/bad-path.yaml'],
    ['policies'],
    ['nowhere.md'],
    ['../x.md'],
    [null],
  ])('refuse the policy %j alike', async (policy) => {
    expect(await both('POLICY_LOADER_AGENT', { policy })).toHaveProperty('type');
  });

  it.each([['0UT.3OX'], ['0UT.3OX.BROKEN'], ['0UT.3OX.REVIEW'], ['tree']])(
    'validate %s and say what to do alike',
    async (folder) => {
      const { output: scan } = await both('FILE_SCANNER_AGENT', { folder });
      for (const policy of ['.3ox.index/POLICY/INVENTORY.POLICY.md', 'policies/map.yaml']) {
        const loaded = await both('POLICY_LOADER_AGENT', {
          policy,
          validation_level: 'comprehensive',
        });
        for (const strict_mode of [true, false]) {
          const { output } = await both('COMPLIANCE_VALIDATOR_AGENT', {
            ...(scan as JsonObject),
            policy: loaded.output as Json,
            strict_mode,
          });
          const { violations } = output as { readonly violations: Json };
          await both('RECOMMENDATION_AGENT', { violations });
        }
      }
    },
  );

  it.each([
    [{ file_list: ['a.txt', 'b/c.txt'], required_folders: ['b', 'd'], required_files: ['a.txt'] }],
    [{ file_list: [{ Name: 'a.txt', Length: 5 }], policy_rules: { max_file_size: 4 } }],
    [{ file_list: [] }],
    [{ file_list: [], folder_list: ['x'], required_folders: ['x'] }],
    [{ file_list: 'no list' }],
    [{ file_list: [{ size: 1 }] }],
    [{ file_list: [], policy_rules: [{ rule: 'unknown' }] }],
    [{ file_list: [], strict_mode: 'yes' }],
  ])('validate %j alike', async (payload) => {
    await both('COMPLIANCE_VALIDATOR_AGENT', payload);
  });

  it('write the same receipt', async () => {
    const payload = {
      output_folder: 'out',
      compliance: { compliance_status: 'PASS', compliance_score: 100 },
      file_list: [{ path: 'b', size: 1, modified: null, sha256: null }, 'a'],
      generate_manifest: true,
    };
    const receipts = [];
    for (const who of [
      inventoryAgents.find(({ name }) => name === 'RECEIPT_GENERATOR_AGENT'),
      agent('RECEIPT_GENERATOR_AGENT'),
    ]) {
      const context = createFakeContext({ root, attempt: receipts.length + 1 });
      expect(await who?.handle(payload, context)).toMatchObject({ receipt_type: 'SUCCESS' });
      receipts.push(
        readFileSync(join(root, 'out', 'VALIDATION.RECEIPT.yaml'), 'utf8')
          .replace(/attempt: \d/u, '')
          .replace(/^sha256: .*$/mu, ''),
      );
    }
    expect(receipts[1]).toBe(receipts[0]);
  });
});

type Access = { readonly readAccess?: readonly string[] };

/** Without what differs from one scan to the next. */
const comparable = (output: Json): Json => {
  if (typeof output !== 'object' || output === null || Array.isArray(output)) return output;
  const { scan_timestamp, scan_duration, ...rest } = output as { readonly [key: string]: Json };
  if (scan_timestamp === undefined) return rest;
  expect(scan_timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(scan_duration).toEqual(expect.any(Number));
  return rest;
};

const TREES = {
  'tree/a.txt': 'a',
  'tree/b.tmp': 'a',
  'tree/.hidden': 'h',
  'tree/.git/config': 'c',
  'tree/empty/': '',
  'tree/zero': '',
  'tree/[b] one*.txt': 'brackets',
  'tree/a b/c d.txt': 'blanks',
  'tree/a-b.txt': '1',
  'tree/a/b.txt': '2',
  'tree/a.b': '3',
  'tree/ünï ⧗/日本.md': 'unicode',
  'tree/ünï ⧗/\u{1F680}.md': 'rocket',
  'tree/ünï ⧗/\uFB01.md': 'ligature',
  'tree/`$(x)`;\'".txt': 'quotes',
  [`tree/${'deep/'.repeat(40)}end.txt`]: 'deep',
  'tree/VALIDATION.RECEIPT.yaml': 'own',
  'tree/a/VALIDATION.RECEIPT.yaml': 'not own',
  'policies/blocks.md':
    '\uFEFF▛//▞▞ banner\n---\nversion: "2.1"\n---\n# T\n```yaml\nrequired_files: [./a.txt, sub\\b.txt]\n```\n```js\nx: [\n```\n~~~yml\nrequired_files: [never]\nrequired_folders: [x/, /y]\nrules: [a text, {max_files: 3}, {rule: no_empty_files}]\n~~~\n',
  'policies/plain.yaml': '# nothing else\nforbidden_patterns: ["*.tmp", "a/**"]\n',
  'policies/map.yaml':
    'version: 4\nrequired_files: [a.txt, gone.txt, gone.txt]\nrequired_folders: [deep, nope]\nforbidden_patterns: ["*.tmp", "**/*.md", "[b] one*.txt"]\nrules:\n  max_file_size: 1.5KB\n  max_total_size: 10\n  max_files: 2\n  no_empty_files: true\n  no_duplicates: true\n  allowed_extensions: [txt, .md]\n  name_pattern: "*.txt"\n',
  'policies/none.md': '# Nothing\n',
  'policies/bad-yaml.md': '---\nrequired_files: [\n---\n',
  'policies/bad-rule.yaml': 'rules: [{rule: no_such_rule}]\n',
  'policies/bad-size.yaml': 'rules: {max_file_size: big}\n',
  'policies/bad-path.yaml': 'required_files: ["./"]\n',
};
