/** The scan of a large folder by every agent that can scan. */
import { isJsonObject } from '../../src/lib/json.ts';
import { openAgentRig, type AgentRig } from '../lib/agent-rig.ts';
import { shown, table, type Figure } from '../lib/figure.ts';
import { interleaved, ratios } from '../lib/rounds.ts';
import { fullPowerShell, hasPowerShell } from '../lib/shell.ts';

export const scanFigures = async (station: string, rounds: number): Promise<readonly Figure[]> => {
  const shipped = hasPowerShell('the scan by the function that ships');
  const guide = fullPowerShell('the scan by the function of the guide') !== null;
  const rig = await openAgentRig(station, {
    ...(shipped ? { SHIPPED: { kind: 'powershell', function: 'Invoke-FileScan' } } : {}),
    GUIDE: {
      kind: 'powershell',
      script: '.3ox/agents/session/Session.Tasks.ps1',
      function: 'Invoke-FileScan',
    },
  });
  try {
    const scan = (agent: string, checksums: boolean) => () => timed(rig, agent, checksums);
    const contenders: Readonly<Record<string, () => Promise<number>>> = {
      [PLAIN]: scan('FILE_SCANNER_AGENT', false),
      [SUMS]: scan('FILE_SCANNER_AGENT', true),
      ...(shipped ? { 'the shipped function, names and sizes': scan('SHIPPED', false) } : {}),
      ...(shipped ? { 'the shipped function, with SHA-256': scan('SHIPPED', true) } : {}),
      ...(guide ? { [GUIDE]: scan('GUIDE', false) } : {}),
    };
    const times = await interleaved(rounds, contenders);
    console.log(`\nscan of a folder, ${rounds} rounds\n`);
    console.log(
      table([
        ['agent', 'ms: median (min..max)', 'to built-in, names and sizes'],
        ...Object.entries(times).map(([name, values]) => [
          name,
          shown(values),
          shown(ratios(values, times[PLAIN] ?? []), 'x'),
        ]),
      ]),
    );
    const byGuide = times[GUIDE];
    return byGuide === undefined
      ? []
      : [
          {
            quantity: 'scan by the built-in agent, names and sizes',
            comparedWith: "the guide's function",
            reach: { atLeast: 1 },
            values: ratios(byGuide, times[PLAIN] ?? []),
            unit: 'x',
          },
        ];
  } finally {
    await rig.close();
  }
};

const PLAIN = 'built-in, names and sizes';
const SUMS = 'built-in, with SHA-256';
const GUIDE = "the guide's function, names and sizes";

/** ms, through queue and agent host; the answer is looked at. */
const timed = async (rig: AgentRig, agent: string, checksums: boolean): Promise<number> => {
  const begun = performance.now();
  const output = await rig.call(agent, {
    folder: 'SCAN',
    scan_options: { calculate_checksums: checksums },
  });
  const ms = performance.now() - begun;
  if (!isJsonObject(output) || !(Number(output['total_files']) > 0)) {
    throw new Error(`${agent} found nothing`);
  }
  return ms;
};
