import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const withFiles = (files: number, command: string) =>
  spawnSync(
    'sh',
    ['-c', `ulimit -n ${files}; exec "${process.execPath}" dist/src/cli/main.js ${command}`],
    { encoding: 'utf8' },
  );

// How far a process gets with so few files depends on Node's version; what is said must not.
test.skipIf(process.platform === 'win32').each([24, 28])(
  'a process that may open %i files says so in a sentence',
  (files) => {
    const { stderr, status } = withFiles(files, 'validate');
    expect(stderr).toContain('ulimit -n 1024');
    expect(stderr).not.toMatch(/^ +at /mu);
    expect(status).toBe(1);
  },
);

test.skipIf(process.platform === 'win32')('commands that only look need few files', () => {
  expect(withFiles(32, 'list -C examples/station').status).toBe(0);
});
