import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

// How far a process gets with so few files depends on Node's version; what is said must not.
test.skipIf(process.platform === 'win32').each([24, 32, 64])(
  'a process that may open %i files says so in a sentence',
  (files) => {
    const { stderr, status } = spawnSync(
      'sh',
      ['-c', `ulimit -n ${files}; exec "${process.execPath}" dist/src/cli/main.js list`],
      { encoding: 'utf8' },
    );
    expect(stderr).toContain('ulimit -n 1024');
    expect(stderr).not.toMatch(/^ +at /mu);
    expect(status).toBe(1);
  },
);
