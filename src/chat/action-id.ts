/**
 * Action ids: what a button says when it is pressed. They outlive the process that posted the
 * button, so they name the run and the question and nothing that is kept in memory only, except
 * for `corrected` and `stale`, whose token expires.
 */
import { sha256 } from '../lib/sha256.ts';

export type ActionId =
  | { readonly type: 'cancel' | 'details' | 'logs' | 'retry' | 'mine'; readonly run: string }
  | {
      /** `reason`: the form that asks why, as submitted. */
      readonly type: 'choose' | 'reason';
      readonly run: string;
      /** A task's {@link taskMark}. */
      readonly task: string;
      readonly attempt: number;
      /** Place in the list of options. */
      readonly option: number;
    }
  | { readonly type: 'corrected' | 'stale'; readonly token: string };

/** At most 100 characters. */
export const printActionId = (id: ActionId): string => {
  switch (id.type) {
    case 'choose':
    case 'reason':
      return `a:${id.run}:${id.type}:${id.task}:${id.attempt}:${id.option}`;
    case 'corrected':
    case 'stale':
      return `a:-:${id.type}:${id.token}`;
    default:
      return `a:${id.run}:${id.type}`;
  }
};

/** The id in `text`, or null when it is none of ours. */
export const parseActionId = (text: string): ActionId | null => {
  const [mark, run = '', type, ...rest] = text.split(':');
  if (mark !== 'a' || run === '') return null;
  switch (type) {
    case 'cancel':
    case 'details':
    case 'logs':
    case 'retry':
    case 'mine':
      return { type, run };
    case 'choose':
    case 'reason': {
      const [task, attempt, option] = rest;
      if (task === undefined || !isCount(attempt) || !isCount(option)) return null;
      return { type, run, task, attempt: Number(attempt), option: Number(option) };
    }
    case 'corrected':
    case 'stale':
      return rest[0] === undefined || rest[0] === '' ? null : { type, token: rest[0] };
    default:
      return null;
  }
};

/** A task's name in an action id: itself, or a hash of it when it is long. */
export const taskMark = (task: string): string =>
  task.length <= 40 ? task : `~${sha256(task).slice(0, 16)}`;

const isCount = (text: string | undefined): text is string =>
  text !== undefined && /^\d{1,6}$/.test(text);
