/** One answer file, opened within limits and checked against its own name. */
import { errorCode } from '../../lib/atomic-file.ts';
import { readAnswerFile } from './answer-file.ts';
import type { QueueContext } from './context.ts';
import type { FileFacts } from './files.ts';
import { expand } from './inbox.ts';
import type { FinalAnswer } from './inbox.ts';
import type { TaskKey } from './names.ts';
import { UnreadableError } from './yaml.ts';

/**
 * What the file says; null for a mere sign of life.
 * @throws UnreadableError when the file itself is at fault; other errors are the surroundings'.
 */
export const readAnswer = async (
  context: Pick<QueueContext, 'files' | 'limits' | 'payloads'>,
  path: string,
  key: TaskKey,
  facts: FileFacts,
): Promise<FinalAnswer | null> => {
  const { limits } = context;
  if (!facts.regular) throw new UnreadableError('it is no regular file');
  if (facts.size > limits.answer) {
    throw new UnreadableError(
      `it has ${facts.size} bytes, ${limits.answer} are allowed; large outputs go to .3ox/workflow-data/ and are referred to by $ref`,
    );
  }
  const answer = readAnswerFile(await open(context, path, facts), limits.answer);
  if ((answer.run ?? key.run) !== key.run || (answer.task ?? key.task) !== key.task) {
    const about = `${String(answer.run)} ${String(answer.task)}`;
    throw new UnreadableError(`its header is about ${about.slice(0, 200)}, its name is not`, {
      kind: 'foreign',
    });
  }
  return expand(context, answer);
};

const open = async (
  context: Pick<QueueContext, 'files'>,
  path: string,
  facts: FileFacts,
): Promise<Uint8Array> => {
  try {
    return await context.files.read(path, facts.size);
  } catch (error) {
    const code = errorCode(error);
    if (!OF_THE_FILE.has(code)) throw error;
    throw new UnreadableError(`it cannot be opened (${code})`, { cause: error });
  }
};

/** Codes that say something about this file and nothing about the machine. */
const OF_THE_FILE = new Set(['EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'ENXIO']);
