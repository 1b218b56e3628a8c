/** What the kill -9 tests share: how many kills, their seed, a station with work that takes a while. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyStation } from './bridge-process.ts';

/** CRASH_KILLS: how many kills; the default is of a size for every build. */
export const KILLS = Number(process.env['CRASH_KILLS'] ?? 15);
/** CRASH_SEED: replays the choices of a run that printed it. */
export const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 100_000);

/** Small linear congruential generator, so that a failing seed can be replayed. */
export const createRandom = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
};

const SLOW = `workflow:
  id: slow-chain
  name: Slow chain
  version: 1
  tasks:
    - { id: a, assigned_to: SLOW_AGENT, timeout: 1h }
    - { id: b, assigned_to: SLOW_AGENT, timeout: 1h, depends_on: a }
    - { id: c, assigned_to: SLOW_AGENT, timeout: 1h, depends_on: b }
    - { id: d, assigned_to: SLOW_AGENT, timeout: 1h, depends_on: c }
    - { id: e, assigned_to: SLOW_AGENT, timeout: 1h, depends_on: d }
`;

/** The example station and `slow-chain`: five tasks in a row, each `ms` long, none of which may time out. */
export const slowStation = (ms: number): ReturnType<typeof copyStation> => {
  const station = copyStation();
  const agents = `agents:
  SLOW_AGENT:
    kind: command
    command: [node, -e, 'setTimeout(() => process.stdout.write("{}"), ${ms})']
`;
  writeFileSync(join(station.root, '.3ox/agents.yaml'), agents);
  writeFileSync(join(station.root, '.3ox.index/CORE/WORKFLOWS/slow.workflow.yaml'), SLOW);
  return station;
};
