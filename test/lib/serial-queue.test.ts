import { expect, test } from 'vitest';
import { createSerialQueue } from '../../src/lib/serial-queue.ts';

test('work runs one after the other, a failure holds up nothing', async () => {
  const queue = createSerialQueue();
  const seen: string[] = [];
  const step = (name: string) => async () => {
    seen.push(`${name} starts`);
    await Promise.resolve();
    seen.push(`${name} ends`);
    return name;
  };
  const first = queue.run(step('a'));
  const second = queue.run(() => Promise.reject(new Error('broken')));
  const third = queue.run(step('c'));
  await expect(second).rejects.toThrow('broken');
  expect([await first, await third]).toEqual(['a', 'c']);
  expect(seen).toEqual(['a starts', 'a ends', 'c starts', 'c ends']);
});

test('work that throws at once rejects, and idle waits for everything', async () => {
  const queue = createSerialQueue();
  const failed = queue.run(() => {
    throw new Error('at once');
  });
  await queue.idle();
  await expect(failed).rejects.toThrow('at once');
  await expect(queue.run(() => 3)).resolves.toBe(3);
});
