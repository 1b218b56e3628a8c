import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const withFiles = (files: number, command: string) =>
  spawnSync(
    'sh',
    ['-c', `ulimit -n ${files}; exec "${process.execPath}" dist/src/cli/main.js ${command}`],
    { encoding: 'utf8' },
  );

// With how few it still works depends on Node's version; what is said then must not.
test.skipIf(process.platform === 'win32')(
  'a process that may open too few files says so in a sentence',
  () => {
    let files = 33;
    let ended;
    do {
      files -= 1;
      ended = withFiles(files, 'validate -C examples/station');
    } while (ended.status === 0 && files > 0);
    expect(ended.stderr).toContain('ulimit -n 1024');
    expect(ended.stderr).not.toMatch(/^ +at /mu);
    expect(ended.status).toBe(1);
  },
);

test.skipIf(process.platform === 'win32')('commands that only look need few files', () => {
  expect(withFiles(32, 'list -C examples/station').status).toBe(0);
});
