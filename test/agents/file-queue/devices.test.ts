import { expect, test } from 'vitest';
import { createQueueFiles } from '../../../src/agents/file-queue/files.ts';
import { createFaultyFiles } from '../../support/host/faulty-files.ts';
import { createMachine } from '../../support/host/machine.ts';
import { createVirtualTime } from '../../support/host/virtual-time.ts';
import { createRandom } from '../../support/random.ts';

test('queue folders on two file systems are refused by name, and no draft stays', async () => {
  const machine = createMachine(createVirtualTime(createRandom(1)), createRandom(2), 0);
  const { host } = machine.start('bridge');
  for (const folder of ['/a/tmp', '/b']) machine.disk.makeFolder(folder);
  const files = createQueueFiles('/a/tmp', {
    ...host,
    files: createFaultyFiles(host.files, (call, from, to) =>
      call === 'rename' && from.startsWith('/a/') !== to.startsWith('/a/') ? 'EXDEV' : null,
    ),
  });
  await expect(files.write('/b/task.yaml', 'x')).rejects.toMatchObject({
    code: 'EXDEV',
    message: expect.stringContaining('/a/tmp and /b lie on different file systems'),
  });
  expect(machine.disk.below('/a')).toEqual([]);
  await files.write('/a/task.yaml', 'x');
  expect(machine.disk.below('/a')).toEqual(['/a/task.yaml']);
});
