/** How much memory a process uses. */
import { readFileSync } from 'node:fs';

/** Bytes in memory, from `/proc`; null where there is none. */
export const residentBytes = (pid: number): number | null => {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
};
