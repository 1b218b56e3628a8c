/**
 * How far a channel is dealt with while several messages are in hand at once: never past one
 * that is still being carried out, so a crash in the middle leaves it to be read again.
 */
import { isNewer } from './snowflake.ts';
import type { SeenStore } from './seen-store.ts';

export interface SeenMarks {
  /** The message is in hand; call what is returned when it is dealt with. */
  begin(channel: string, message: string): () => void;
}

export const createSeenMarks = (store: Pick<SeenStore, 'seen'>): SeenMarks => {
  const hands = new Map<string, { readonly open: Set<string>; done: string[] }>();
  return {
    begin(channel, message) {
      const hand = hands.get(channel) ?? { open: new Set<string>(), done: [] };
      hands.set(channel, hand);
      hand.open.add(message);
      return () => {
        hand.open.delete(message);
        hand.done.push(message);
        const safe = hand.done.filter((one) => [...hand.open].every((open) => isNewer(open, one)));
        hand.done = hand.done.filter((one) => !safe.includes(one));
        for (const one of safe) store.seen(channel, one);
      };
    },
  };
};
