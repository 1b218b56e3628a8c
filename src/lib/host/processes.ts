/** Which process, of which boot, on which machine: enough to tell whether it is gone for good. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import type { HostProcesses, ProcessIdentity } from './host.ts';

/** The processes that the operating system knows. */
export const systemProcesses: HostProcesses = {
  own: () => ownIdentity(),
  stateOf: (identity) => stateOf(identity),
};

/** This process. */
export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  boot: ownBoot(),
  started: processStart(process.pid),
  host: hostname(),
});

/** `gone`: of this boot and no longer there. `unknown`: of another machine or boot. */
export const stateOf = (identity: ProcessIdentity): 'alive' | 'gone' | 'unknown' => {
  if (identity.host !== hostname() || identity.boot !== ownBoot()) return 'unknown';
  if (!exists(identity.pid)) return 'gone';
  const started = processStart(identity.pid);
  // The number may have been given to another process since.
  return identity.started !== null && started !== identity.started ? 'gone' : 'alive';
};

const ownBoot = (): string => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // Containers share the kernel's boot but not its process numbers.
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // To the minute; two readings that differ only make a takeover wait for missed heartbeats.
    return `booted ${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
  }
};

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/**
 * When a process started, from `/proc`, in clock ticks since boot; null where there is none, '' for
 * a process that is dead but not collected.
 */
export const processStart = (pid: number): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; fields are counted after its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? null);
  } catch {
    return null;
  }
};
