import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

test.skipIf(process.platform === 'win32')(
  'a process that may open too few files says so in a sentence',
  () => {
    const { stderr, status } = spawnSync(
      'sh',
      ['-c', `ulimit -n 32; exec "${process.execPath}" dist/src/cli/main.js list`],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(/^The program could not be loaded: .*ulimit -n 1024.*\n$/);
    expect(status).toBe(1);
  },
);
