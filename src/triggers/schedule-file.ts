import { z } from 'zod';
import { writeFileAtomic } from '../lib/atomic-file.ts';
import type { Host } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';
import type { ScheduleStore } from './scheduler.ts';

const shape = z.record(z.string(), z.string());

/** Keeps in a file until when schedules were dealt with. A file that cannot be read counts as none. */
export const createScheduleFile = (path: string, host: Host = systemHost): ScheduleStore => ({
  async read() {
    const bytes = host.files.read(path);
    if (bytes === null) return {};
    try {
      const parsed = shape.safeParse(JSON.parse(bytes.toString('utf8')));
      return parsed.success ? parsed.data : {};
    } catch (error) {
      if (error instanceof SyntaxError) return {};
      throw error;
    }
  },
  write: (dealtWith) => writeFileAtomic(path, `${JSON.stringify(dealtWith, null, 2)}\n`, { host }),
});
