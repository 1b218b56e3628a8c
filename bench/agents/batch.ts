/** Ten folders validated by a plain script, one after the other, beside one run that does all. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dump } from 'js-yaml';
import { openEngine } from '../../src/compose/open-engine.ts';
import { projectFolder } from '../../src/lib/project-folder.ts';
import { readConfig } from '../../src/config.ts';
import { silentLogger } from '../../src/lib/logger.ts';
import { shown, table, type Figure } from '../lib/figure.ts';
import { interleaved, ratios } from '../lib/rounds.ts';
import { fullPowerShell } from '../lib/shell.ts';

export const batchFigures = async (
  station: string,
  folders: readonly string[],
  rounds: number,
): Promise<readonly Figure[]> => {
  const file = join(station, '.3ox.index', 'CORE', 'WORKFLOWS', 'bench-batch.workflow.yaml');
  await writeFile(file, dump(batchDefinition(folders)));
  const script = fileURLToPath(new URL('../baseline/validate-by-hand.js', import.meta.url));
  const pwsh = fullPowerShell('ten folders by a PowerShell script');
  const session = join('.3ox', 'agents', 'session', 'VALIDATE.INVENTORY.SESSION.ps1');
  const times = await interleaved(rounds, {
    script: () =>
      timed(() => {
        for (const folder of folders) call(process.execPath, [script, station, folder], station);
      }),
    powershell: () =>
      timed(() => {
        if (pwsh === null) return;
        for (const folder of folders) {
          const args = ['-NoProfile', '-File', session, '-TargetFolder', folder];
          call(pwsh, args, station);
        }
      }),
    cold: () =>
      timed(() =>
        call(
          process.execPath,
          [join(projectFolder(), 'dist', 'src', 'cli', 'main.js'), '-C', station, 'run', file],
          station,
        ),
      ),
    batch: () => warm(station),
  });
  console.log(`\nten folders validated, ${rounds} rounds\n`);
  console.log(
    table([
      ['how', 'ms: median (min..max)', 'script / this'],
      ['a plain script, called once for each folder', shown(times.script), ''],
      ...(pwsh === null
        ? []
        : [
            row('a PowerShell script without checksums, called so', times.powershell, times.script),
          ]),
      row('one batch run, the bridge is up', times.batch, times.script),
      row('one batch run, the bridge is started for it', times.cold, times.script),
    ]),
  );
  return [
    {
      quantity: 'ten folders in one batch run, the bridge is up',
      comparedWith: 'a plain script, called once for each folder',
      reach: { atLeast: 1 },
      values: ratios(times.script, times.batch),
      unit: 'x',
    },
  ];
};

const row = (how: string, values: readonly number[], script: readonly number[]) => [
  how,
  shown(values),
  shown(ratios(script, values), 'x'),
];

const timed = async (work: () => void | Promise<void>): Promise<number> => {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
};

const call = (program: string, args: readonly string[], cwd: string): void => {
  const { status, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, STATION: '', DISCORD_TOKEN: '' },
  });
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr}`);
};

/** ms from the start of the run to its end, in a bridge that is up. */
const warm = async (station: string): Promise<number> => {
  const open = await openEngine({
    station,
    config: readConfig(station),
    logger: silentLogger,
    agents: 'supervised',
    address: null,
  });
  try {
    const once = async (): Promise<number> => {
      const begun = performance.now();
      const started = await open.engine.start({
        workflow: 'bench-batch',
        version: null,
        input: {},
        by: { user: 'os:bench', name: 'bench', roles: [], channel: null, local: true },
        key: null,
        origin: null,
      });
      if (started.type !== 'started') throw new Error(JSON.stringify(started));
      const { run } = started.view;
      for (;;) {
        const view = await open.engine.view(run);
        if (view?.status === 'COMPLETED') return performance.now() - begun;
        if (view?.ended_at != null)
          throw new Error(`The batch ended ${view.status}: ${view.reason}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    // The first run finds the agents' process still starting.
    await once();
    return await once();
  } finally {
    await open.stop();
  }
};

/** A fork of one branch for each folder: scan, validate, receipt; one policy for all. */
const batchDefinition = (folders: readonly string[]): object => ({
  workflow: {
    id: 'bench-batch',
    name: 'Ten folders',
    version: 1,
    tasks: [
      {
        id: 'policy',
        assigned_to: 'POLICY_LOADER_AGENT',
        timeout: '10m',
        input: { policy: '.3ox.index/POLICY/INVENTORY.POLICY.md' },
      },
      {
        id: 'fork',
        type: 'FORK',
        depends_on: 'policy',
        tasks: folders.map((_, at) => `scan${at}`),
      },
      ...folders.flatMap((folder, at) => [
        {
          id: `scan${at}`,
          assigned_to: 'FILE_SCANNER_AGENT',
          timeout: '10m',
          input: { folder },
        },
        {
          id: `validate${at}`,
          assigned_to: 'COMPLIANCE_VALIDATOR_AGENT',
          depends_on: `scan${at}`,
          timeout: '10m',
          input: {
            file_list: `\${scan${at}.output.file_list}`,
            folder_list: `\${scan${at}.output.folder_list}`,
            required_files: '${policy.output.required_files}',
            required_folders: '${policy.output.required_folders}',
            forbidden_patterns: '${policy.output.forbidden_patterns}',
            policy_rules: '${policy.output.policy_rules}',
          },
        },
        {
          id: `receipt${at}`,
          assigned_to: 'RECEIPT_GENERATOR_AGENT',
          depends_on: `validate${at}`,
          timeout: '10m',
          input: {
            output_folder: folder,
            file_list: `\${scan${at}.output.file_list}`,
            compliance_status: `\${validate${at}.output.compliance_status}`,
            compliance_score: `\${validate${at}.output.compliance_score}`,
            violations: `\${validate${at}.output.violations}`,
          },
        },
      ]),
      { id: 'join', type: 'JOIN', depends_on: folders.map((_, at) => `receipt${at}`) },
    ],
  },
});
