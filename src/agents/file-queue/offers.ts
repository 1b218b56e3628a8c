/**
 * Task files: written, left alone, removed.
 *
 * Owns when a file of a task's name may lie in the task folder. The listener is never called from
 * here, so an engine may offer and withdraw while it is deciding an answer.
 * Invariants: one file per task at a time, always of one lease (I3); the next file of a name comes
 * only when the one before has been gone for a while, because watchers take it for the old one
 * otherwise; nothing is written before the response folder was read to its end. However many are
 * offered at once, they are written a few at a time, each agent's in its turn.
 */
import { join } from 'node:path';
import type { AgentTask } from '../queue.ts';
import type { QueueContext } from './context.ts';
import type { FolderPair } from './folders.ts';
import { createLanes } from './lanes.ts';
import { fileName, keyText } from './names.ts';
import type { TaskKey } from './names.ts';
import { createSlot, gapOf, leaseIn, pathsOf, writtenTask } from './slot.ts';
import type { OfferNeeds, Slot, WrittenTask } from './slot.ts';
import { writeTaskFile } from './task-file.ts';

/** The offers of one queue. */
export interface Offers {
  /** Writing may begin. `present` holds the names in the task folders of now. */
  open(present: ReadonlySet<string>): void;
  /** Resolves when the task is on offer or has been withdrawn. */
  offer(task: AgentTask): Promise<void>;
  withdraw(key: TaskKey, lease: string): Promise<void>;
  /** An answer is being decided: its task file stays for the moment. */
  deciding(key: TaskKey): void;
  decided(key: TaskKey, accepted: boolean): void;
  written(key: TaskKey): WrittenTask | null;
  /** The task file was seen to be gone, or claimed. */
  gone(key: TaskKey): void;
  /** Tasks whose file is believed to lie in its folder. */
  believed(): readonly { readonly key: TaskKey; readonly pair: FolderPair }[];
  stop(): Promise<void>;
}

/** Creates the offers; nothing is written before `open`. */
export const createOffers = (context: QueueContext, needs: OfferNeeds): Offers => {
  const { clock, files, timing } = context;
  const slots = new Map<string, Slot>();
  let present: Set<string> | null = null;
  let stopped = false;

  const lanes = createLanes((key, error) => {
    context.troubles.report(`the task file of ${key}`, error);
    const slot = slots.get(key);
    if (slot !== undefined) later(slot, timing.rescan);
  });

  const slotOf = (key: TaskKey): Slot => {
    const known = slots.get(keyText(key));
    if (known !== undefined) return known;
    const slot = createSlot(key, present?.delete(fileName('task', key)) ?? false);
    slots.set(keyText(key), slot);
    return slot;
  };

  const pump = (slot: Slot): Promise<void> =>
    lanes.run(keyText(slot.key), () =>
      slot.wanted === null
        ? step(slot)
        : context.writes.run(slot.wanted.task.assignedTo, () => step(slot)),
    );

  const later = (slot: Slot, delay: number): void => {
    slot.cancel();
    if (!stopped) slot.cancel = clock.after(delay, () => void pump(slot));
  };

  /** One look at a slot: wait, tidy up, write or forget. */
  const step = async (slot: Slot): Promise<void> => {
    slot.cancel();
    if (present === null || stopped || slot.deciding > 0) return;
    const grace = slot.leaveUntil === null ? 0 : slot.leaveUntil - clock.now();
    if (grace > 0 && (slot.wanted === null || isLeft(slot))) {
      later(slot, grace);
      return;
    }
    if (slot.leaveUntil !== null || slot.withdrawn) await clear(slot);
    if (slot.wanted !== null) {
      const wait = await tryWrite(slot, slot.wanted.task);
      if (wait === null) {
        settle(slot);
        needs.written(slot.key);
      } else later(slot, wait);
    } else if (slot.file === null) {
      if (gapLeft(slot) > 0) later(slot, gapLeft(slot));
      else if (slots.get(keyText(slot.key)) === slot) slots.delete(keyText(slot.key));
    }
  };

  /** True when the slot's file still lies in its folder. */
  const isLeft = (slot: Slot): boolean => {
    if (slot.there && paths(slot).every((path) => files.stat(path) === null)) markGone(slot);
    return slot.there;
  };

  const gapLeft = (slot: Slot): number => gapOf(slot, timing.reoffer, clock.now());

  /** Null when the task is on offer, else the ms after which to try again. */
  const tryWrite = async (slot: Slot, task: AgentTask): Promise<number | null> => {
    if (slot.file?.lease === task.lease) return null;
    const pair = needs.pairOf(task.assignedTo);
    if (needs.claimedLease(slot.key) === task.lease) {
      adopt(slot, task, pair, false);
      return null;
    }
    const path = join(pair.tasks, fileName('task', slot.key));
    if (slot.file === null && slot.there && (await leaseIn(context, path)) === task.lease) {
      adopt(slot, task, pair, true);
      return null;
    }
    if (slot.file !== null || slot.there) {
      isLeft(slot);
      await clear(slot);
    }
    if (needs.answerPending(slot.key)) return timing.still;
    if (gapLeft(slot) > 0) return gapLeft(slot);
    const { assignedTo: agent } = task;
    // What is kept by reference stays when its task is over.
    const payload =
      needs.inline(agent) || task.conceal.length > 0
        ? task.payload
        : await context.payloads.shrink(task.payload);
    // Withdrawn or replaced while the payload was being stored.
    if (slot.wanted?.task !== task) return 0;
    adopt(slot, task, pair, true);
    try {
      await files.write(path, writeTaskFile(task, payload, pair.replyTo));
    } catch (error) {
      slot.file = null;
      slot.there = false;
      throw error;
    }
    context.troubles.clear(`the task file of ${keyText(slot.key)}`);
    return null;
  };

  const adopt = (slot: Slot, task: AgentTask, pair: FolderPair, there: boolean): void => {
    slot.file = writtenTask(task, pair, clock.now());
    slot.there = there;
    slot.goneAt = there ? null : clock.now();
  };

  const paths = (slot: Slot): readonly string[] => pathsOf(slot, context.pairs);

  /** Ends the slot's last attempt: its task file, claim and progress go. */
  const clear = async (slot: Slot): Promise<void> => {
    // Also when it was seen to be gone: a host that stops hands its claims back.
    for (const path of paths(slot)) if (await files.remove(path)) markGone(slot);
    if (slot.there) markGone(slot);
    await needs.clear(slot.key, slot.file?.agent ?? null);
    slot.file = null;
    slot.leaveUntil = null;
    slot.withdrawn = false;
  };

  const markGone = (slot: Slot): void => {
    slot.there = false;
    slot.goneAt = clock.now();
  };

  const settle = (slot: Slot): void => {
    slot.wanted?.settle();
    slot.wanted = null;
  };

  /** An offer of an earlier process, known only from what it left on disk. */
  const withdrawUnknown = async (slot: Slot, lease: string): Promise<void> => {
    for (const path of paths(slot)) {
      if ((await leaseIn(context, path)) === lease) {
        await files.remove(path);
        markGone(slot);
      }
    }
    if (needs.claimedLease(slot.key) === lease) await needs.clear(slot.key, null);
  };

  return {
    open(names) {
      present = new Set(names);
      for (const slot of slots.values()) {
        slot.there ||= present.delete(fileName('task', slot.key));
        void pump(slot);
      }
    },

    async offer(task) {
      const slot = slotOf({ run: task.run, task: task.task });
      if (slot.wanted?.task.lease === task.lease) return slot.wanted.done;
      settle(slot);
      let done = (): void => undefined;
      const offered = new Promise<void>((resolve) => {
        done = resolve;
      });
      slot.wanted = { task, done: offered, settle: done };
      if (stopped) settle(slot);
      else await pump(slot);
      return offered;
    },

    async withdraw(key, lease) {
      const slot = slotOf(key);
      if (slot.wanted?.task.lease === lease) settle(slot);
      await lanes.run(keyText(key), async () => {
        if (slot.file === null) await withdrawUnknown(slot, lease);
        else if (slot.file.lease === lease && slot.leaveUntil === null) slot.withdrawn = true;
        await step(slot);
      });
    },

    deciding(key) {
      slotOf(key).deciding += 1;
    },

    decided(key, accepted) {
      const slot = slotOf(key);
      slot.deciding -= 1;
      if (accepted) slot.leaveUntil = clock.now() + timing.leftover;
      void pump(slot);
    },

    written: (key) => slots.get(keyText(key))?.file ?? null,

    gone(key) {
      const slot = slots.get(keyText(key));
      if (slot === undefined || !slot.there) return;
      markGone(slot);
      if (slot.wanted !== null) void pump(slot);
    },

    believed: () =>
      [...slots.values()].flatMap((slot) =>
        slot.there && slot.file !== null ? [{ key: slot.key, pair: slot.file.pair }] : [],
      ),

    async stop() {
      stopped = true;
      for (const slot of slots.values()) {
        slot.cancel();
        settle(slot);
      }
      await lanes.idle();
    },
  };
};
