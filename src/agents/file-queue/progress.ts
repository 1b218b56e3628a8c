/** Progress files: replaced in place by the agent, passed on when they change, gone with the attempt. */
import { join } from 'node:path';
import { readProgress } from './answer-file.ts';
import type { Claims } from './claims.ts';
import type { QueueContext } from './context.ts';
import type { FolderPair } from './folders.ts';
import { fileName, keyText, readFileName } from './names.ts';
import type { TaskKey } from './names.ts';
import { readYaml, UnreadableError } from './yaml.ts';

/** The progress files of one queue. */
export interface ProgressFiles {
  look(pair: FolderPair, name: string): Promise<void>;
  clear(key: TaskKey): Promise<void>;
}

/** Creates the reader of progress files. */
export const createProgressFiles = (
  context: QueueContext,
  claims: Pick<Claims, 'renew'>,
): ProgressFiles => {
  const { files } = context;
  const seen = new Map<string, { readonly path: string; readonly mark: string }>();

  const read = async (key: TaskKey, path: string): Promise<void> => {
    const facts = files.stat(path);
    if (facts === null || !facts.regular || facts.size > MOST) return;
    const mark = `${facts.size}:${facts.modified}:${facts.inode}`;
    if (seen.get(keyText(key))?.mark === mark) return;
    const open = context.listener().openAttempt(key.run, key.task);
    if (open === null) {
      await files.remove(path);
      return;
    }
    seen.set(keyText(key), { path, mark });
    const said = readProgress(readYaml(await files.read(path, facts.size), MOST));
    if (said.lease !== null && said.lease !== open.lease) return;
    if (said.attempt !== null && said.attempt !== open.attempt) return;
    claims.renew(key);
    if (said.percent === null && said.message === '') return;
    await context.listener().progress(key.run, key.task, open.attempt, said.percent, said.message);
  };

  return {
    look(pair, name) {
      const found = readFileName('progress', name);
      if (found.type !== 'named') return Promise.resolve();
      const path = join(pair.answers, fileName('progress', found.key));
      return context.lanes.run(keyText(found.key), async () => {
        try {
          await read(found.key, path);
          context.troubles.clear(path);
        } catch (error) {
          // Half a report is followed by the whole one.
          if (!(error instanceof UnreadableError)) context.troubles.report(path, error);
        }
      });
    },
    async clear(key) {
      const known = seen.get(keyText(key));
      seen.delete(keyText(key));
      if (known !== undefined) await files.remove(known.path);
    },
  };
};

const MOST = 64 * 1024;
