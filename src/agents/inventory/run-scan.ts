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
  let first: ScanBatch | null = null;
  for (const batch of scanBatches(job, FEW)) {
    // Left here, the walk also closes the log that it reads.
    if (first !== null) return null;
    first = batch;
  }
  return first;
};

/**
 * Starting threads takes as long as reading so many small files. Each is asked for its size: a
 * large one would keep this thread from everything else.
 */
const FEW: BatchSize = { entries: 256, bytes: 4 * 1024 * 1024, asked: 1 };
