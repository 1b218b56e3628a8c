import { createHash } from 'node:crypto';
import { rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileScannerAgent } from '../../../src/agents/inventory/file-scanner.ts';
import { stateLogPath } from '../../../src/agents/inventory/file-state-log.ts';
import { addFiles, createFakeContext, createTempStation } from '../../support/agent-context.ts';
import { scanOutput } from './outputs.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createTempStation());
});
afterEach(() => remove());

const scan = async (
  scan_options: Readonly<Record<string, boolean | string>>,
  options: { readonly now: () => number; readonly folder?: string },
) => {
  const context = createFakeContext({ root, now: options.now });
  const folder = options.folder ?? '0UT.3OX';
  return {
    ...scanOutput.parse(await fileScannerAgent.handle({ folder, scan_options }, context)),
    context,
  };
};

describe('incremental scans', () => {
  // Later than the files' times by more than a tick, whatever the file system.
  const later = { now: () => Date.now() + 10_000 };
  const log = () => stateLogPath(root, '0UT.3OX');

  beforeEach(() => addFiles(root, { '0UT.3OX/a.txt': 'aaa', '0UT.3OX/b/c.txt': 'ccc' }));

  it('hash only what changed', async () => {
    const first = await scan({ incremental: true }, later);
    expect(first.unchanged_files).toBe(0);
    await writeFile(join(root, '0UT.3OX', 'a.txt'), 'bbb');
    const second = await scan({ incremental: true }, later);
    expect(second.unchanged_files).toBe(1);
    expect(second.file_list[0]?.sha256).toBe(createHash('sha256').update('bbb').digest('hex'));
    const third = await scan({ incremental: true }, { ...later, folder: '0ut.3ox' });
    expect(third.unchanged_files).toBe(2);
    expect(third.file_list).toEqual(second.file_list);
    expect((await scan({ incremental: true, verify: 'full' }, later)).unchanged_files).toBe(0);
  });

  it('find a change of content even when size and time are put back', async () => {
    const file = join(root, '0UT.3OX', 'a.txt');
    await utimes(file, 1_700_000_000.5, 1_700_000_000.5);
    await scan({ incremental: true }, later);
    await writeFile(file, 'xyz');
    await utimes(file, 1_700_000_000.5, 1_700_000_000.5);
    const output = await scan({ incremental: true }, later);
    expect(output.file_list[0]?.sha256).toBe(createHash('sha256').update('xyz').digest('hex'));
  });

  it('read a file again that was written in the tick of the last scan', async () => {
    await scan({ incremental: true }, { now: () => Date.now() - 10_000 });
    expect((await scan({ incremental: true }, later)).unchanged_files).toBe(0);
    expect((await scan({ incremental: true }, later)).unchanged_files).toBe(2);
  });

  it('start anew from a damaged log, saying so, and without one', async () => {
    await scan({ incremental: true }, later);
    await truncate(log(), 100);
    const damaged = await scan({ incremental: true }, later);
    expect(damaged.unchanged_files).toBe(0);
    expect(damaged.context.logged.join()).toContain('damaged');
    expect((await scan({ incremental: true }, later)).unchanged_files).toBe(2);
    await rm(log());
    const fresh = await scan({ incremental: true }, later);
    expect(fresh.unchanged_files).toBe(0);
    expect(fresh.context.logged).toEqual([]);
  });

  it('end well when the log cannot be kept', async () => {
    await writeFile(join(root, '.3ox', 'workflow-data'), 'in the way');
    const output = await scan({ incremental: true }, later);
    expect(output.total_files).toBe(2);
    expect(output.context.logged.join()).toContain('cannot be written');
  });
});
