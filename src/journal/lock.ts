/**
 * One engine per station (I4).
 *
 * The lock of a process of this boot that is gone is taken over at once; any other only when its
 * heartbeat has stood still for a while. Every holder has an epoch of its own, higher than all
 * before; records carry it, so that what an old holder writes too late is told apart and dropped.
 * A holder that was suspended looks again before it writes.
 */
import { lockFiles } from './lock-file.ts';
import type { Claim, LockFiles, LockHolder } from './lock-file.ts';
import type { Host, ProcessIdentity } from '../lib/host/host.ts';
import { systemHost } from '../lib/host/system-host.ts';

/** The lock, held. */
export interface StationLock {
  readonly epoch: number;
  /** @throws LockLostError when another engine has taken over. Cheap: looks only when the last look is old. */
  assertHeld(): void;
  /** Tells others where this engine can be reached. */
  setAddress(address: string): void;
  /** Gives the lock back. Calling it twice is harmless. */
  release(): Promise<void>;
}

/** How {@link acquireLock} goes about it. */
export interface LockOptions {
  /** The station's `.3ox` folder. */
  readonly folder: string;
  readonly address?: string;
  readonly host?: Host;
  /** Milliseconds between heartbeats. Default 2000. */
  readonly interval?: number;
  /** Heartbeats missed before a lock is taken over. Default 3. */
  readonly misses?: number;
  /** Told once when the lock turns out to be lost. */
  readonly onLost?: (error: LockLostError) => void;
  /** An epoch to be above, whatever the lock's own files say. Default 0. */
  readonly above?: number;
  /**
   * ms in which a holder that cannot be reached, a command that writes one record, may end before
   * that is an error. Default 0.
   */
  readonly patience?: number;
  /** Who this engine is. Default: this process. */
  readonly identity?: ProcessIdentity;
}

/**
 * Takes the station's lock; may wait for `misses` heartbeats to see whether the holder lives, and
 * for `patience` when it is there for a moment only.
 * @throws LockedError when it does.
 */
export const acquireLock = async (options: LockOptions): Promise<StationLock> => {
  const { clock } = options.host ?? systemHost;
  const end = clock.monotonic() + (options.patience ?? 0);
  for (;;) {
    try {
      return await acquire(options);
    } catch (error) {
      const passing = error instanceof LockedError && error.holder?.address == null;
      if (!passing || clock.monotonic() >= end) throw error;
      await new Promise<void>((resolve) => void clock.after(PASSING_LOOK, resolve));
    }
  }
};

const acquire = async (options: LockOptions): Promise<StationLock> => {
  const { host = systemHost } = options;
  const { clock } = host;
  const files = lockFiles(options.folder, host);
  for (;;) {
    // 1. Is the last holder gone? The epoch is read before the claims: whoever has saved it since
    //    has a claim that is seen, or has released it. The other way round two could hold at once.
    const known = Math.max(files.epoch(), options.above ?? 0);
    const top = files.highest();
    if (top !== null && !(await isAbandoned(top, files, options, host))) continue;

    // 2. Claim the next epoch; only one can.
    const now = clock.now();
    const holder: LockHolder = {
      ...(options.identity ?? host.processes.own()),
      epoch: Math.max(known, top?.epoch ?? 0) + 1,
      since: now,
      heartbeat: now,
      beat: 0,
      address: options.address ?? null,
    };
    if (!files.claim(holder)) continue;

    // 3. Somebody may have held and released this very epoch, or a higher one, since step 1.
    if (files.epoch() < holder.epoch && files.highest()?.epoch === holder.epoch) {
      files.saveEpoch(holder.epoch);
      files.show(holder);
      files.removeClaims(holder.epoch - 1);
      if (files.highest()?.epoch === holder.epoch) return hold(holder, files, options, host);
    } else if (files.epoch() >= holder.epoch) {
      files.removeClaims(holder.epoch);
    }
  }
};

/** Who holds the station's lock, and whether that process lives as far as can be told; null when nobody does. */
export const readLock = (
  folder: string,
  host: Host = systemHost,
): (LockHolder & { readonly state: 'alive' | 'gone' | 'unknown' }) | null => {
  const holder = lockFiles(folder, host).highest()?.holder ?? null;
  return holder === null ? null : { ...holder, state: host.processes.stateOf(holder) };
};

/**
 * True when the claim's holder is gone; false when the claim is no longer the highest.
 * @throws LockedError when the holder lives.
 */
const isAbandoned = async (
  top: Claim,
  files: LockFiles,
  options: LockOptions,
  { clock, processes }: Host,
): Promise<boolean> => {
  const { interval = INTERVAL, misses = MISSES } = options;
  const state = (claim: Claim) =>
    claim.holder === null ? 'unknown' : processes.stateOf(claim.holder);
  if (state(top) === 'gone') return true;
  const age = clock.now() - (top.holder?.heartbeat ?? 0);
  if (state(top) === 'alive' && Math.abs(age) <= interval * misses)
    throw new LockedError(top.holder);
  for (let waited = 0; waited < interval * misses; waited += interval / 2) {
    await new Promise<void>((resolve) => void clock.after(interval / 2, resolve));
    const now = files.highest();
    if (now?.epoch !== top.epoch) return false;
    if (state(now) === 'gone') return true;
    if (now.holder?.beat !== top.holder?.beat) throw new LockedError(now.holder);
  }
  return true;
};

const hold = (
  first: LockHolder,
  files: LockFiles,
  options: LockOptions,
  { clock }: Host,
): StationLock => {
  const { interval = INTERVAL } = options;
  let holder = first;
  let seen = { monotonic: clock.monotonic(), wall: clock.now() };
  let lost: LockLostError | null = null;
  let released = false;
  let cancel: () => void = () => undefined;

  /** Looks at the claims; throws when a higher one is there. */
  const look = (): void => {
    const top = files.highest();
    if (top?.epoch === holder.epoch) return;
    cancel();
    lost = new LockLostError(options.folder, top?.holder ?? null);
    options.onLost?.(lost);
    throw lost;
  };
  const beat = (): void => {
    if (released || lost !== null) return;
    cancel = clock.after(interval, beat);
    try {
      look();
      holder = { ...holder, beat: holder.beat + 1, heartbeat: clock.now() };
      files.show(holder);
      seen = { monotonic: clock.monotonic(), wall: clock.now() };
    } catch {
      // Lost: said already. A disk that refuses: `seen` grows old, so every write looks for itself.
    }
  };
  cancel = clock.after(interval, beat);

  return {
    epoch: first.epoch,
    assertHeld() {
      if (lost !== null) throw lost;
      // Either clock may stand still while the machine sleeps.
      const age = Math.max(clock.monotonic() - seen.monotonic, Math.abs(clock.now() - seen.wall));
      if (age > interval * 1.5) look();
    },
    setAddress(address) {
      holder = { ...holder, address };
      if (lost === null && !released) files.show(holder);
    },
    async release() {
      cancel();
      if (released || lost !== null) return;
      released = true;
      if (files.highest()?.epoch !== holder.epoch) return;
      // The epoch outlives its claim, whatever a slower taker wrote meanwhile.
      if (files.epoch() < holder.epoch) files.saveEpoch(holder.epoch);
      files.hide(holder.epoch);
      files.removeClaims(holder.epoch);
    },
  };
};

/** Another engine works on this station. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly code = 'STATION_LOCKED';
  readonly holder: LockHolder | null;

  constructor(holder: LockHolder | null) {
    const who =
      holder === null
        ? 'another engine that is just starting'
        : `process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}${holder.address === null ? '' : `, reachable at ${holder.address}`}`;
    super(
      `This station is held by ${who}. Use that engine, or stop it and try again; reading commands (workflow status, list, why) work meanwhile`,
    );
    this.holder = holder;
  }
}

/** Another engine has taken this one's station over: nothing may be written any more. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
  readonly code = 'LOCK_LOST';

  constructor(folder: string, by: LockHolder | null) {
    const who =
      by === null ? 'its lock was removed' : `process ${by.pid} on ${by.host} took it over`;
    super(
      `This engine no longer holds the station ${folder}: ${who} while it was not heard of. It stops writing; start it again when the other has ended`,
    );
  }
}

const INTERVAL = 2000;
/** ms between looks at a holder that is there for a moment. */
const PASSING_LOOK = 100;
const MISSES = 3;
