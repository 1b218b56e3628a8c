/** Rule 30046: a message older than an hour takes only a few edits in a while. */
import { discordErrors } from './errors.ts';
import type { Settings } from './settings.ts';
import type { LoopbackMessage } from './types.ts';

/** Counts edits of old messages. */
export interface LateEdits {
  /** Throws 30046 when the message is old and has had its share; counts the edit otherwise. */
  check(message: LoopbackMessage): void;
}

/** Creates a count that starts empty. */
export function createLateEdits(settings: Settings): LateEdits {
  const { ageMs, limit, perMs } = settings.lateEdits;
  const edits = new Map<string, readonly number[]>();
  return {
    check(message) {
      const now = settings.now();
      if (now - message.createdAt < ageMs) return;
      const recent = (edits.get(message.id) ?? []).filter((at) => now - at < perMs);
      const oldest = recent[0];
      if (recent.length >= limit && oldest !== undefined)
        throw discordErrors.lateEdits(oldest + perMs - now);
      edits.set(message.id, [...recent, now]);
    },
  };
}
