import { expect, test } from 'vitest';
import { createTrouble } from '../../src/lib/trouble.ts';

const failure = (code: string): Error => Object.assign(new Error(`${code}: no`), { code });

test('trouble is told once, when it changes, after ten minutes, and when it is over', () => {
  let now = 0;
  const lines: string[] = [];
  const told = (_fields: unknown, message: string) => void lines.push(message);
  const trouble = createTrouble(
    'the state file',
    { error: told, warn: told },
    { monotonic: () => now },
  );
  trouble.worked();
  for (; now < 60_000; now += 1_000) trouble.failed(failure('EACCES'));
  trouble.failed(failure('ENOSPC'));
  now += 9 * 60_000;
  trouble.failed(failure('ENOSPC'));
  now += 2 * 60_000;
  trouble.failed(failure('ENOSPC'));
  trouble.worked();
  trouble.worked();
  trouble.failed(failure('ENOSPC'));
  const failed = (code: string) =>
    `the state file could not be written (${code}); runs go on, and it is tried again`;
  expect(lines).toEqual([
    failed('EACCES'),
    failed('ENOSPC'),
    failed('ENOSPC'),
    'the state file is written again',
    failed('ENOSPC'),
  ]);
});
