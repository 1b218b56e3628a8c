/** A run that cannot be folded, or that takes the engine down with it, is parked; the others go on. */
import { describe, expect, test } from 'vitest';
import { recoveryNotes } from '../../src/journal/recovery-notes.ts';
import { recover } from '../../src/runtime/recover.ts';
import { createMemoryDisk } from '../journal/memory-disk.ts';
import { definition, simple } from '../support/definition.ts';
import { createWorld, someone } from '../support/runtime.ts';

const flow = definition({ tasks: [simple('work')] });
const request = {
  workflow: flow.id,
  version: null,
  input: {},
  by: someone,
  key: null,
  origin: null,
} as const;

describe('a history that makes no sense', () => {
  test('parks its run, which is listed, refused and named; the others go on', async () => {
    const world = await createWorld({ definitions: [flow] });
    const started = await world.engine.start(request);
    if (started.type !== 'started') throw new Error('the run did not start');
    const poison = 'wf-1764000000000-poison000';
    await world.journal.append(
      {
        run: poison,
        events: [
          {
            type: 'RunPaused',
            by: { id: 'x', name: 'x', level: null, groups: [] },
            note: null,
          },
        ],
        cause: 'nobody',
        at: 1,
      },
      0,
    );
    const { engine } = await world.restart();
    expect([...engine.recovery.quarantined.keys()]).toEqual([poison]);
    expect(engine.recovery.resumed.map(({ run }) => run)).toEqual([started.view.run]);
    const parked = await engine.list({ status: ['QUARANTINED'] });
    expect(parked.map(({ run }) => run)).toEqual([poison]);
    expect(parked[0]?.reason).toContain('RunStarted');
    await expect(engine.view(poison)).rejects.toMatchObject({ code: 'RUN_QUARANTINED' });
    const paused = await engine.operate(
      { type: 'pause', run: started.view.run, note: null },
      someone,
    );
    expect(paused.type).toBe('done');
  });
});

describe('a run over which the engine crashes', () => {
  const journal = () => ({
    async *replay() {
      for (const run of ['fine', 'poison', 'good']) yield { run, version: 1 };
    },
    damaged: () => new Map(),
    async read(run: string) {
      steps.push(`read ${run}`);
      return [{ run, version: 1 }];
    },
  });
  let steps: string[] = [];

  /** One start of an engine that dies as soon as it looks at `deadly`. */
  const start = async (disk: ReturnType<typeof createMemoryDisk>, deadly: string | null) => {
    const loaded: string[] = [];
    const parked = new Map<string, string>();
    const kernel = {
      async load(records: AsyncIterable<{ run: string }>) {
        for await (const { run } of records) {
          if (parked.has(run)) continue;
          if (run === deadly) throw new Error('out of memory');
          loaded.push(run);
          steps.push(`load ${run}`);
        }
      },
      park: (run: string, why: string) => void parked.set(run, why),
    };
    const notes = recoveryNotes('/s/.3ox', disk);
    const recovering = await recover({
      journal: journal(),
      kernel,
      notes,
    } as unknown as Parameters<typeof recover>[0]);
    recovering.ended();
    return { loaded, parked };
  };

  test('is parked after three crashes, and tried again when it is taken out', async () => {
    const disk = createMemoryDisk();
    for (let crash = 1; crash <= 3; crash += 1) {
      await expect(start(disk, 'poison')).rejects.toThrow('out of memory');
    }
    const after = await start(disk, 'poison');
    expect(after.loaded).toEqual(['fine', 'good']);
    expect([...after.parked.keys()]).toEqual(['poison']);
    expect(after.parked.get('poison')).toContain('3 times');
    // It stays parked after a start that ended well, until somebody takes it out.
    expect((await start(disk, 'poison')).loaded).toEqual(['fine', 'good']);
    disk.remove('/s/.3ox/journal/recovery.json');
    expect((await start(disk, null)).loaded).toEqual(['fine', 'poison', 'good']);
  });

  test('a start that watches holds the records of one run at a time', async () => {
    const disk = createMemoryDisk();
    await expect(start(disk, 'poison')).rejects.toThrow('out of memory');
    steps = [];
    await start(disk, null);
    expect(steps).toEqual(
      ['fine', 'poison', 'good'].flatMap((run) => [`read ${run}`, `load ${run}`]),
    );
  });

  test('starts that end well in between begin the count anew', async () => {
    const disk = createMemoryDisk();
    for (let round = 0; round < 4; round += 1) {
      await expect(start(disk, 'poison')).rejects.toThrow('out of memory');
      await expect(start(disk, 'poison')).rejects.toThrow('out of memory');
      expect((await start(disk, null)).parked.size).toBe(0);
    }
    expect(disk.list('/s/.3ox/journal')).toEqual([]);
  });
});
