/** Found by flipping bytes: a station whose `journal/epoch` was lost or torn could not be opened any more. */
import { expect, test } from 'vitest';
import { systemHost } from '../../src/lib/host/system-host.ts';
import { takeStation } from '../../src/compose/take-station.ts';
import { toRunId } from '../../src/engine/ids.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const nothing = (): void => undefined;

test('an epoch that the lock has forgotten is taken from the journal', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'epoch-'));
  try {
    const take = () =>
      takeStation({
        folder,
        address: null,
        host: systemHost,
        onLost: nothing,
        onReport: nothing,
        onSync: nothing,
      });
    const run = toRunId('wf-1795510800000-abcdefghi') ?? '';
    for (const [round, lost] of [null, null, 'garbage', '', '1\n'].entries()) {
      if (lost !== null) writeFileSync(join(folder, 'journal', 'epoch'), lost);
      const { lock, journal } = await take();
      expect(lock.epoch).toBe(round + 1);
      await journal.append({ run, at: 1, cause: 'test', events: [] }, round);
      await journal.close();
      await lock.release();
    }
    rmSync(join(folder, 'journal', 'epoch'));
    const { lock, journal } = await take();
    expect(lock.epoch).toBe(6);
    expect(await journal.read(run)).toHaveLength(5);
    await journal.close();
    await lock.release();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
