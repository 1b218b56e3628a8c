/**
 * Where files end that change nothing: `.3ox/queue/ignored/`, each beside a text that says why.
 * A file that names its run goes through the inbox, so that its event is journaled exactly once.
 */
import { join } from 'node:path';
import { isoTime } from '../../lib/sirius.ts';
import type { AnswerVerdict } from '../queue.ts';
import type { QueueContext } from './context.ts';
import { createInboxName } from './names.ts';
import type { TaskKey } from './names.ts';

/** A file to be put aside. */
export interface Unusable {
  readonly path: string;
  /** Name it was found under. */
  readonly name: string;
  readonly key: TaskKey | null;
  /** Attempt it goes by in the inbox; 0 when it belongs to none. */
  readonly attempt: number;
  readonly cause: AnswerVerdict | 'unreadable';
  readonly detail: string;
}

/** Takes a file out of the way and tells the listener. */
export const putAside = async (context: QueueContext, file: Unusable): Promise<void> => {
  if (file.key === null) {
    const name = `${context.unique()}-${file.name.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 100)}`;
    if (!(await context.files.move(file.path, join(context.folders.ignored, name)))) return;
    await writeReason(context, name, file);
    await context.listener().unusable({ run: null, task: null, name, ...why(file) });
    return;
  }
  const name = createInboxName({ ...file.key, attempt: file.attempt }, context.unique);
  const path = join(context.folders.inbox, name);
  if (!(await context.files.move(file.path, path))) return;
  await tellUnusable(context, name, { ...file, key: file.key });
};

/** The second half, for a file that is in the inbox already. */
export const tellUnusable = async (
  context: QueueContext,
  name: string,
  file: Omit<Unusable, 'path' | 'attempt' | 'key'> & { readonly key: TaskKey },
): Promise<void> => {
  await context.listener().unusable({ ...file.key, name, ...why(file) });
  await moveToIgnored(context, name, file);
};

/** The last step: from the inbox to `ignored/`. */
export const moveToIgnored = async (
  context: QueueContext,
  name: string,
  file: Pick<Unusable, 'name' | 'cause' | 'detail'>,
): Promise<void> => {
  const { inbox, ignored } = context.folders;
  if (await context.files.move(join(inbox, name), join(ignored, name))) {
    await writeReason(context, name, file);
  }
};

const why = (
  file: Pick<Unusable, 'cause' | 'detail'>,
): { readonly cause: Unusable['cause']; readonly detail: string } => ({
  cause: file.cause,
  detail: file.detail,
});

const writeReason = async (
  context: QueueContext,
  name: string,
  file: Pick<Unusable, 'name' | 'cause' | 'detail'>,
): Promise<void> => {
  const text = [
    `file:   ${file.name}`,
    `when:   ${isoTime(context.clock.now())}`,
    `cause:  ${file.cause}`,
    `why:    ${file.detail}`,
    '',
    'Nothing was changed by it. Correct the agent that wrote it; this file may be deleted.',
    '',
  ].join('\n');
  try {
    await context.files.write(join(context.folders.ignored, `${name}.reason.txt`), text);
  } catch (error) {
    context.troubles.report(context.folders.ignored, error);
  }
};
