/** `npm run crash -- --kills 1000 [--seed 7]`: the kill -9 loops at any length. */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '15' }, seed: { type: 'string' } },
});
const { status } = spawnSync('npx', ['vitest', 'run', 'test/crash'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    ...process.env,
    CRASH_KILLS: values.kills,
    ...(values.seed === undefined ? {} : { CRASH_SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
