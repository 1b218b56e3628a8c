/** A run's chain of records for receipts, from the station's journal. */
import type { ChainLink, ReceiptHistory } from '../agents/receipt/verify-receipt.ts';
import { errorCode } from '../lib/atomic-file.ts';
import { openJournalForReading } from '../journal/reading.ts';
import { encodeRecord, NO_HASH } from '../journal/record.ts';
import { layoutOf } from '../station/layout.ts';

export const receiptHistory = (root: string): ReceiptHistory => {
  const journal = openJournalForReading({
    folder: layoutOf(root).workspace,
    // As written: what an older version left out must not be filled in before it is hashed.
    parseEvent: (event: unknown) => event,
  });
  return {
    async chain(run) {
      let events = 0;
      let previous = NO_HASH;
      try {
        return (await journal.read(run)).map((record): ChainLink => {
          const { hash: claimed, ...draft } = record;
          const intact = record.prev === previous && encodeRecord(draft, 0).hash === claimed;
          previous = claimed;
          events += record.events.length;
          return { version: record.version, hash: claimed, events, intact };
        });
      } catch (error) {
        if (errorCode(error) !== 'RUN_DAMAGED') throw error;
        // It is there and cannot be read: one broken link says so.
        return [{ version: 0, hash: '', events: 0, intact: false }];
      }
    },
  };
};
