/**
 * An inventory as the station's own agents make it, on the memory disk: the real policy loader,
 * validator, recommendations and receipt generator. The scanner is a double: it hashes with bigint
 * times and worker threads on the system's own files, which no `Host` stands under.
 */
import { createHash } from 'node:crypto';
import { dump } from 'js-yaml';
import type { BuiltinAgent } from '../../src/agents/agent.ts';
import { inventoryAgents } from '../../src/agents/inventory/index.ts';
import type { HostFiles } from '../../src/lib/host/host.ts';

const FOLDER = '1N.3OX';

/** What lies in the station for it. */
export const INVENTORY_FILES: Readonly<Record<string, string>> = {
  [`${FOLDER}/README.md`]: 'read me\n',
  [`${FOLDER}/notes/a.txt`]: 'a\n',
  '.3ox.index/POLICY/SIM.POLICY.md':
    '---\nversion: 1\nrequired_files: [README.md, LICENSE]\nforbidden_patterns: ["*.tmp"]\n---\n',
};

/** A definition that ends with a receipt. */
export const INVENTORY = dump({
  workflow: {
    id: 'sim-inventory',
    name: 'Inventory',
    version: 1,
    input: { optional: [{ text: 'hello' }] },
    tasks: [
      { id: 'scan', assigned_to: 'FILE_SCANNER_AGENT', timeout: '20s', input: { folder: FOLDER } },
      {
        id: 'policy',
        assigned_to: 'POLICY_LOADER_AGENT',
        timeout: '20s',
        input: { policy: '.3ox.index/POLICY/SIM.POLICY.md' },
      },
      {
        id: 'check',
        depends_on: ['scan', 'policy'],
        assigned_to: 'COMPLIANCE_VALIDATOR_AGENT',
        timeout: '20s',
        input: { file_list: '${scan.output.file_list}', policy: '${policy.output}' },
      },
      {
        id: 'advise',
        depends_on: 'check',
        assigned_to: 'RECOMMENDATION_AGENT',
        timeout: '20s',
        on_failure: 'continue',
        input: { violations: '${check.output.violations}' },
      },
      {
        id: 'receipt',
        depends_on: 'advise',
        assigned_to: 'RECEIPT_GENERATOR_AGENT',
        timeout: '20s',
        retry_policy: { max_attempts: 3, initial_delay: '1s' },
        input: {
          output_folder: '0UT.3OX/${workflow.input.text}',
          target_folder: FOLDER,
          generate_manifest: true,
          scan: '${scan.output}',
          policy: '${policy.output}',
          compliance: '${check.output}',
        },
      },
    ],
    validation: { post_execution_checks: [{ check: 'receipt_generated', error: 'no receipt' }] },
  },
});

/** The agents it is made by; `pause` takes a while before and after each one's work. */
export const inventoryAgentsOn = (
  files: HostFiles,
  pause: (signal: AbortSignal) => Promise<void>,
): readonly BuiltinAgent[] =>
  [...inventoryAgents.filter(({ name }) => REAL.has(name)), scannerOn(files)].map((agent) => ({
    ...agent,
    async handle(payload, context) {
      await pause(context.signal);
      const output = await agent.handle(payload, context);
      await pause(context.signal);
      return output;
    },
  }));

const REAL: ReadonlySet<string> = new Set([
  'POLICY_LOADER_AGENT',
  'COMPLIANCE_VALIDATOR_AGENT',
  'RECOMMENDATION_AGENT',
  'RECEIPT_GENERATOR_AGENT',
]);

const scannerOn = (files: HostFiles): BuiltinAgent => ({
  name: 'FILE_SCANNER_AGENT',
  description: 'lists the files of the simulated folder',
  concurrency: 2,
  async handle(_payload, context) {
    const root = await context.paths.read(FOLDER);
    const file_list = ['README.md', 'notes/a.txt'].map((path) => {
      const bytes = files.readForeign(`${root}/${path}`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path, size: bytes.length, modified: '2026-11-24T09:00:00.000Z', sha256 };
    });
    const total_size = file_list.reduce((sum, { size }) => sum + size, 0);
    return { folder: FOLDER, file_list, total_files: file_list.length, total_size };
  },
});
