/**
 * One watcher on one folder. Watching is a hint and nothing more: events get lost, and a watcher
 * stays behind when its folder is deleted, so `check` is called with every listing.
 */
import { basename } from 'node:path';
import type { QueueContext } from './context.ts';

/** A watched folder. */
export interface FolderWatch {
  /** Makes folder and watcher anew when either is gone. */
  check(): void;
  close(): void;
}

/** Watches `folder`; `onName` gets names that may have changed, null for "look at all of them". */
export const createFolderWatch = (
  context: Pick<QueueContext, 'files' | 'troubles'>,
  folder: string,
  onName: (name: string | null) => void,
): FolderWatch => {
  let watched: { readonly inode: number; readonly stop: () => void } | null = null;

  /** What goes wrong while looking must not end the process that watches. */
  const tell = (name: string | null): void => {
    try {
      onName(name);
    } catch (error) {
      context.troubles.report(folder, error);
    }
  };

  const drop = (): void => {
    watched?.stop();
    watched = null;
  };

  return {
    check() {
      try {
        context.files.ensure(folder);
        const inode = context.files.stat(folder)?.inode ?? 0;
        if (watched?.inode === inode) return;
        drop();
        const stop = context.files.watch(
          folder,
          (name) => tell(name === basename(folder) ? null : name),
          () => {
            drop();
            tell(null);
          },
        );
        watched = { inode, stop };
        context.troubles.clear(folder);
      } catch (error) {
        drop();
        context.troubles.report(folder, error);
      }
    },
    close: drop,
  };
};
