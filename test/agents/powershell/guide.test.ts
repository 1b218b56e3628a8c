/** The functions of the user's guide, as printed in it, do the work of three tasks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPowerShellAgent } from '../../../src/agents/process/powershell-agent.ts';
import { parseAgentRegistry } from '../../../src/agents/registry.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { hasFullPowerShell, powerShell } from '../../support/powershell.ts';

const shell = powerShell("the guide's functions");
const SCRIPTS = join(import.meta.dirname, '..', '..', 'support', 'powershell-scripts');
const guide = readFileSync(join(SCRIPTS, 'Guide.ps1'), 'utf8');
const standIns = readFileSync(join(SCRIPTS, 'Stand-ins.ps1'), 'utf8');
const full = hasFullPowerShell("the guide's functions on the cmdlets of pwsh itself");

describe.skipIf(shell === null)('the guide’s functions', { timeout: 60_000 }, () => {
  it.skipIf(!full)('work on the real cmdlets', () => inventory(guide));
  it.skipIf(full)('work on stand-ins for the cmdlets', () => inventory(`${standIns}\n${guide}`));
  it.skipIf(full)('work with the call that the guide ends its listing with', () =>
    inventory(`${standIns}\n${guide}\nStart-WorkflowExecution -WorkflowFile x -InputData @{}\n`),
  );
});

const inventory = async (script: string): Promise<void> => {
  const { root, remove } = await createTempStation({
    'tools/inventory.ps1': script,
    'policy.md':
      '///▙▖\n---\nrules: [{rule: a, value: 1}]\nrequired_files: [INDEX.md, GONE.md]\n---\n# Policy\n- a: [',
    '0UT.3OX/INDEX.md': 'index',
    '0UT.3OX/sub/[b] ⧗.txt': 'abc',
    'elsewhere.txt': '',
  });
  const run = async (name: string, payload: JsonObject): Promise<JsonObject> => {
    const entry = { kind: 'powershell', script: 'tools/inventory.ps1', function: name, workers: 1 };
    const text = JSON.stringify({ agents: { PS: entry } });
    const read = parseAgentRegistry(text, 'agents.yaml').registry.get('PS');
    if (read?.kind !== 'powershell') throw new Error('no powershell agent');
    const environment = shell?.environment ?? {};
    const agent = createPowerShellAgent(read, { station: root, environment });
    const output = await agent.handle(payload, createFakeContext({ root }));
    await agent.close?.();
    return output as JsonObject;
  };
  try {
    const scan = await run('Invoke-FileScan', { folder: '0UT.3OX' });
    const names = (scan['file_list'] as readonly { readonly Name: string }[]).map(
      ({ Name }) => Name,
    );
    expect([...names].sort()).toEqual(['INDEX.md', '[b] ⧗.txt', 'sub']);
    expect(scan['total_files']).toBe(3);
    expect(scan['scan_timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    const policy = await run('Invoke-PolicyLoad', { policy: 'policy.md' });
    expect(policy).toEqual({
      policy_rules: [{ rule: 'a', value: 1 }],
      required_files: ['INDEX.md', 'GONE.md'],
    });
    const payload = { ...policy, file_list: scan['file_list'] as Json };
    expect(await run('Invoke-ComplianceValidation', payload)).toEqual({
      compliance_status: 'FAIL',
      missing_files: ['GONE.md'],
      compliance_score: 50,
    });
  } finally {
    await remove();
  }
};
