import type { ReplyLine } from './command.ts';
import type { RunView } from '../src/engine/view.types.ts';

/** How an answer names a run. */
export const toldOf = (view: Pick<RunView, 'handle' | 'workflow'>): ReplyLine => [
  { type: 'strong', text: view.handle },
  ` ${view.workflow.id}`,
];
