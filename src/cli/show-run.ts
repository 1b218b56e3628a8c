import { runCard } from '../chat/card/card-of.ts';
import { messageOf } from '../chat/message.ts';
import type { RunView } from '../engine/view.types.ts';
import type { Output } from './output.ts';

/** A run as the card shows it, or as JSON. */
export const showRun = (output: Output, view: RunView): void => {
  if (output.json) {
    output.value(view);
    return;
  }
  output.message(messageOf({ card: runCard(view, Date.now()) }));
  if (view.receipt !== null) output.lines([`  receipt ${view.receipt}`]);
};
