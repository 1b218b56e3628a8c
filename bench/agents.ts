/**
 * Agents of every kind: the round trip of a task; the scan of 10,000 files; ten folders validated
 * by a plain script, one after the other, beside one batch run.
 * `npm run bench -- agents [rounds] [files to scan] [files a folder]`
 */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../src/lib/project-folder.ts';
import { batchFigures } from './agents/batch.ts';
import { roundTripFigures } from './agents/round-trip.ts';
import { scanFigures } from './agents/scan.ts';
import type { Figure } from './lib/figure.ts';
import { inScratch } from './lib/scratch.ts';

export const run = async (args: readonly string[]): Promise<readonly Figure[]> => {
  const [rounds = 7, files = 10_000, folderFiles = 300] = args.map(Number);
  return inScratch(async (folder) => {
    const station = join(folder, 'station');
    await cp(join(projectFolder(), 'examples', 'station'), station, { recursive: true });
    await fill(join(station, 'SCAN'), files);
    const folders = Array.from({ length: 10 }, (_, index) => `BATCH.${index}`);
    for (const name of folders) {
      await cp(join(station, '0UT.3OX'), join(station, name), { recursive: true });
      await fill(join(station, name, 'DELIVERABLES', 'BULK'), folderFiles);
    }
    return [
      ...(await roundTripFigures(station, rounds)),
      ...(await scanFigures(station, Math.ceil(rounds / 2))),
      ...(await batchFigures(station, folders, Math.ceil(rounds / 2))),
    ];
  });
};

/** Small files, a hundred to a folder, with names and contents of their own. */
const fill = async (folder: string, count: number): Promise<void> => {
  for (let start = 0; start < count; start += 100) {
    const below = join(folder, `D${String(start / 100).padStart(4, '0')}`);
    await mkdir(below, { recursive: true });
    const names = Array.from({ length: Math.min(100, count - start) }, (_, at) => start + at);
    await Promise.all(
      names.map((at) =>
        writeFile(join(below, `FILE.${String(at).padStart(6, '0')}.txt`), `${at} `.repeat(200)),
      ),
    );
  }
};
