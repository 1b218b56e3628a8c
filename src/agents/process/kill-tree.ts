/** Ends a program and what it started, at once or after asking. */
import { spawn } from 'node:child_process';

/** Ends the program `pid` that leads its own group, and the group with it. */
export const killTree = (pid: number): void => {
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => killAlone(pid),
    );
  } else signalGroup(pid, 'SIGKILL');
};

/** Sends a signal to a program's group; POSIX only. */
export const signalGroup = (pid: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
};

const killAlone = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
};
