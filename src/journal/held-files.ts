/**
 * Files that only the holder of the station's lock changes (I4). An engine that was suspended wakes
 * in the middle of things, an answer in its hand that belongs to the one that took over: it looks
 * before each change, and changes nothing once the lock is lost.
 */
import type { HostFiles } from '../lib/host/host.ts';
import type { StationLock } from './lock.ts';

/** `files`, where every call that changes something throws LockLostError when `lock` is lost. */
export const heldFiles = (files: HostFiles, lock: Pick<StationLock, 'assertHeld'>): HostFiles => ({
  ...files,
  open(path, flags, mode) {
    if (flags !== 'r') lock.assertHeld();
    return files.open(path, flags, mode);
  },
  async make(path) {
    lock.assertHeld();
    await files.make(path);
  },
  write(file, bytes, from) {
    lock.assertHeld();
    return files.write(file, bytes, from);
  },
  truncate(file, length) {
    lock.assertHeld();
    files.truncate(file, length);
  },
  rename(from, to) {
    lock.assertHeld();
    files.rename(from, to);
  },
  link(from, to) {
    lock.assertHeld();
    files.link(from, to);
  },
  remove(path) {
    lock.assertHeld();
    return files.remove(path);
  },
  restrict(path, mode) {
    lock.assertHeld();
    files.restrict(path, mode);
  },
  touch(path, at) {
    lock.assertHeld();
    return files.touch(path, at);
  },
  makeFolder(path, mode) {
    lock.assertHeld();
    files.makeFolder(path, mode);
  },
});
