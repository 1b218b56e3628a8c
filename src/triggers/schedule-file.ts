import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCode, writeFileAtomic } from '../lib/atomic-file.ts';
import type { ScheduleStore } from './scheduler.ts';

const shape = z.record(z.string(), z.string());

/** Keeps in a file until when schedules were dealt with. A file that cannot be read counts as none. */
export const createScheduleFile = (path: string): ScheduleStore => ({
  async read() {
    try {
      const parsed = shape.safeParse(JSON.parse(await readFile(path, 'utf8')));
      return parsed.success ? parsed.data : {};
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return {};
      throw error;
    }
  },
  write: (dealtWith) => writeFileAtomic(path, `${JSON.stringify(dealtWith, null, 2)}\n`),
});
