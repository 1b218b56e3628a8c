/** Runs a scan: few files at once, many in threads. */
import { stopIfAborted } from './file-failure.ts';
import { finishBatch } from './finish-batch.ts';
import type { ScanResult } from './finish-batch.ts';
import { hashFile } from './hash-file.ts';
import { scanBatches } from './scan-batch.ts';
import type { BatchSize, ScanBatch, ScanJob } from './scan-batch.ts';
import { scanInThreads } from './scan-threads.ts';

/** @throws AgentFailure naming the first file that cannot be read, or TimeoutError when stopped */
export const runScan = async (
  job: ScanJob,
  signal: AbortSignal,
  onResult: (result: ScanResult) => Promise<void>,
): Promise<void> => {
  stopIfAborted(signal, 'The scan');
  const few = firstOf(job);
  if (few === null) await scanInThreads(job, signal, onResult);
  else await onResult(finishBatch(few, job, hashFile));
};

/** The whole folder when it is one small portion; null when it is more. */
const firstOf = (job: ScanJob): ScanBatch | null => {
  const batches = scanBatches(job, FEW);
  const first = batches.next();
  if (first.done === true) return null;
  // The walk ends with its last portion, so one more tells whether this was it.
  return batches.next().done === true ? first.value : null;
};

/**
 * Starting threads takes as long as reading so many small files. Each is asked for its size: a
 * large one would keep this thread from everything else.
 */
const FEW: BatchSize = { entries: 256, bytes: 4 * 1024 * 1024, asked: 1 };
