/** The scan of a large folder by every agent that can scan. */
import { isJsonObject } from '../../src/lib/json.ts';
import { openAgentRig, type AgentRig } from '../lib/agent-rig.ts';
import { shown, table, type Figure } from '../lib/figure.ts';
import { interleaved } from '../lib/rounds.ts';

export const scanFigures = async (station: string, rounds: number): Promise<readonly Figure[]> => {
  const rig = await openAgentRig(station, {});
  try {
    const scan = (checksums: boolean) => () => timed(rig, 'FILE_SCANNER_AGENT', checksums);
    const times = await interleaved(rounds, {
      'built-in, names and sizes': scan(false),
      'built-in, with SHA-256': scan(true),
    });
    console.log(`\nscan of a folder, ${rounds} rounds\n`);
    console.log(
      table([
        ['agent', 'ms: median (min..max)'],
        ...Object.entries(times).map(([name, values]) => [name, shown(values)]),
      ]),
    );
    return [];
  } finally {
    await rig.close();
  }
};

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
