/**
 * A thread of a scan. The walker gives the next portion whenever it is asked; a reader fills in
 * the checksums of the portions it is given. What can be answered without reading, the walker
 * answers itself.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { AgentFailure } from '../agent.ts';
import { hashFile } from './hash-file.ts';
import { finishBatch, isComplete, scanBatches } from './scan-batch.ts';
import type { ScanBatch, ScanJob } from './scan-batch.ts';
import { packBatch, unpackBatch } from './scan-messages.ts';
import type { ThreadReply, ThreadRequest } from './scan-messages.ts';

const job: ScanJob = workerData;
const port = parentPort;
if (port === null) throw new Error('scan-thread.ts is the start of a thread, not of a program');
let batches: ReturnType<typeof scanBatches> | undefined;

const reply = (request: ThreadRequest): ThreadReply => {
  if (request.type === 'read') return finished(unpackBatch(request.batch, job.folder));
  batches ??= scanBatches(job);
  const next = batches.next();
  if (next.done === true) return { type: 'end' };
  return isComplete(next.value, job)
    ? finished(next.value)
    : { type: 'batch', batch: packBatch(next.value, job.folder) };
};

const finished = (batch: ScanBatch): ThreadReply => ({
  type: 'result',
  result: finishBatch(batch, job, hashFile),
});

port.on('message', (request: ThreadRequest) => {
  try {
    port.postMessage(reply(request));
  } catch (error) {
    const known = error instanceof AgentFailure;
    const message = error instanceof Error ? error.message : String(error);
    const type = known ? error.type : 'AgentError';
    port.postMessage({
      type: 'failed',
      failure: { type, message, retryable: known ? error.retryable : true },
    } satisfies ThreadReply);
  }
});
