/** What was read up to: never past a message in hand, kept over restarts, harmless when broken. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSeenMarks } from '../../../src/chat/discord/seen-marks.ts';
import { createSeenStore } from '../../../src/chat/discord/seen-store.ts';
import { createManualClock } from '../../../src/lib/manual-clock.ts';
import { silentLogger } from '../../../src/lib/logger.ts';
import { tempFolder } from './support.ts';

const CHANNEL = '10000000000000000';
const id = (n: number): string => String(20_000_000_000_000_000n + BigInt(n));

const storeIn = (folder: string) => {
  const clock = createManualClock();
  const file = join(folder, 'chat', 'discord.json');
  return { clock, file, store: createSeenStore({ file, clock, logger: silentLogger }) };
};

describe('seen marks', () => {
  it('do not pass a message that is still in hand', () => {
    const seen: string[] = [];
    const marks = createSeenMarks({ seen: (_, message) => void seen.push(message) });
    const first = marks.begin(CHANNEL, id(1));
    const second = marks.begin(CHANNEL, id(2));
    const third = marks.begin(CHANNEL, id(3));
    second();
    expect(seen).toEqual([]);
    first();
    expect(seen).toEqual([id(2), id(1)]);
    third();
    expect(seen.at(-1)).toBe(id(3));
  });
});

describe('the seen store', () => {
  it('keeps the newest mark of each channel', async () => {
    const folder = await tempFolder();
    const { store, clock, file } = storeIn(folder);
    await store.load();
    expect(store.since(CHANNEL)).toBe(null);
    store.seen(CHANNEL, id(5));
    store.seen(CHANNEL, id(4));
    await clock.advance(300);
    await store.flush();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      version: 1,
      seen: { [CHANNEL]: id(5) },
    });
    const next = storeIn(folder).store;
    await next.load();
    expect(next.channels()).toEqual([CHANNEL]);
    expect(next.since(CHANNEL)).toBe(id(5));
  });

  it('begins anew when its file is broken', async () => {
    const folder = await tempFolder();
    const { store, file } = storeIn(folder);
    await mkdir(join(folder, 'chat'));
    await writeFile(file, '{"version": 1, "seen": {"x');
    await store.load();
    expect(store.channels()).toEqual([]);
    store.seen(CHANNEL, id(1));
    await store.flush();
    expect(await readFile(file, 'utf8')).toContain(id(1));
  });
});
