/** What a person should know about an import: what did not carry over, or means something a little different. */

/** One thing, with the task it concerns (Conductor's reference name) or null for the workflow. */
export interface ImportNote {
  readonly task: string | null;
  /** `lost`: something must be done before the definition does what the original did. */
  readonly kind: 'changed' | 'lost';
  readonly message: string;
  /** What to do about it, or null when there is nothing to do. */
  readonly todo: string | null;
}

export interface Notes {
  readonly list: readonly ImportNote[];
  lost(task: string | null, message: string, todo: string): void;
  changed(task: string | null, message: string, todo?: string): void;
}

/** An empty report. The same note about the same task is kept once. */
export const createNotes = (): Notes => {
  const list: ImportNote[] = [];
  const add = (note: ImportNote): void => {
    const known = list.some(({ task, message }) => task === note.task && message === note.message);
    if (!known) list.push(note);
  };
  return {
    list,
    lost: (task, message, todo) => add({ task, kind: 'lost', message, todo }),
    changed: (task, message, todo) => add({ task, kind: 'changed', message, todo: todo ?? null }),
  };
};
