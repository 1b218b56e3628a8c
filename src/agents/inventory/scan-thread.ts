/**
 * A thread of a scan. The walker gives the next portion whenever it is asked; a reader looks at the
 * files of the portions it is given.
 */
import { errorMessage } from '../../lib/error-code.ts';
import { parentPort, workerData } from 'node:worker_threads';
import { AgentFailure } from '../agent.ts';
import { finishBatch } from './finish-batch.ts';
import { hashFile } from './hash-file.ts';
import { scanBatches } from './scan-batch.ts';
import type { ScanJob } from './scan-batch.ts';
import { packBatch, unpackBatch } from './scan-messages.ts';
import type { ThreadReply, ThreadRequest } from './scan-messages.ts';

const job: ScanJob = workerData;
const port = parentPort;
if (port === null) throw new Error('scan-thread.ts is the start of a thread, not of a program');
let batches: ReturnType<typeof scanBatches> | undefined;

const reply = (request: ThreadRequest): ThreadReply => {
  if (request.type === 'read') {
    return { type: 'result', result: finishBatch(unpackBatch(request.batch, job), job, hashFile) };
  }
  batches ??= scanBatches(job);
  const next = batches.next();
  return next.done === true
    ? { type: 'end' }
    : { type: 'batch', batch: packBatch(next.value, job) };
};

/** What a reply hands over instead of having it copied. */
const handedOver = (given: ThreadReply): readonly ArrayBuffer[] =>
  given.type === 'result' ? [given.result.list.buffer, given.result.states.buffer] : [];

port.on('message', (request: ThreadRequest) => {
  try {
    const given = reply(request);
    port.postMessage(given, handedOver(given));
  } catch (error) {
    const known = error instanceof AgentFailure;
    const message = errorMessage(error);
    const type = known ? error.type : 'AgentError';
    port.postMessage({
      type: 'failed',
      failure: { type, message, retryable: known ? error.retryable : true },
    } satisfies ThreadReply);
  }
});
