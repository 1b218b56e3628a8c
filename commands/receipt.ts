import { createHash } from 'node:crypto';
import { whichRun } from './which-run.ts';
import type { Command } from './command.ts';

/** `receipt <run>`: the receipt as a file. */
export const receipt: Command = {
  verb: 'receipt',
  summary: 'sends the receipt of a run',
  usage: 'receipt <run>',
  completes: 'run',
  async run(request) {
    const which = await whichRun(request, (view) => view.receipt !== null);
    if (which.type === 'reply') return which.reply;
    const { view } = which;
    if (view.receipt === null) {
      return { type: 'text', lines: [[`${view.handle} has written no receipt`]] };
    }
    const text = await request.sources.readReceipt(view.receipt);
    if (text === null) {
      return { type: 'text', lines: [[`${view.receipt} of ${view.handle} cannot be read now`]] };
    }
    const sha256 = createHash('sha256').update(text).digest('hex');
    return {
      type: 'file',
      lines: [[`${view.handle} ${view.receipt}`], ['sha256 ', { type: 'code', text: sha256 }]],
      name: view.receipt.split('/').at(-1) ?? 'RECEIPT.yaml',
      data: text,
    };
  },
};
