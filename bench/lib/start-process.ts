import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What an engine says that was opened in a process of its own. Times in ms, memory in MB. */
export interface Started {
  readonly ready: number;
  readonly opening: number;
  readonly runs: number;
  readonly rss: number;
}

/** Opens the engine on `folder`; `fresh` runs are started in it and left open. */
export const startProcess = async (folder: string, fresh = 0): Promise<Started> => {
  const program = fileURLToPath(new URL('../start-once.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder, String(fresh)]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Started;
};
