import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { verifyReceiptFile } from '../../agents/receipt/verify-receipt.ts';
import type { Failure } from '../failure-shape.ts';
import type { CliCommand, CliContext } from '../cli-command.ts';
import { EXIT } from '../exit-codes.ts';
import { failure } from '../failure.ts';
import { oneRun } from '../one-run.ts';
import { receiptHistory } from '../receipt-history.ts';

export const command: CliCommand = {
  options: {},
  words: { least: 1, most: 1 },
  async run(context) {
    const { output } = context;
    const found = await receiptFile(context, context.words[0] ?? '');
    if ('exit' in found) return found;
    const { root } = context.station();
    const verdict = await verifyReceiptFile(found.file, receiptHistory(root));
    if (output.json) {
      const { ok, checks, receipt } = verdict;
      const run = receipt?.run_id ?? null;
      output.value({ schema: 'receipt-verdict/1', ok, file: found.file, run, checks });
    } else {
      output.lines([
        `${verdict.ok ? '✓' : '✗'} ${found.file} ${verdict.ok ? 'is genuine' : 'is not as it was written'}`,
        ...verdict.checks.map(({ ok, name, detail }) => `  ${ok ? '✓' : '✗'} ${name}: ${detail}`),
      ]);
    }
    return verdict.ok ? EXIT.ok : EXIT.failed;
  },
};

/** A file from here or from the station, or the receipt of a run. */
const receiptFile = async (
  context: CliContext,
  word: string,
): Promise<{ readonly file: string } | Failure> => {
  const { root } = context.station();
  for (const file of [resolve(word), join(root, word)]) {
    if ((await stat(file).catch(() => null))?.isFile() === true) return { file };
  }
  if (/[\\/]|\.ya?ml$/iu.test(word)) {
    return failure('FILE_NOT_FOUND', `There is no file ${word}, here or in the station`, {
      exit: EXIT.notFound,
      at: word,
      hint: 'name a receipt file or a run',
    });
  }
  const found = await oneRun(context, word);
  if (found.type === 'failure') return found;
  const { receipt, handle } = found.view;
  return receipt === null
    ? failure('RECEIPT_NONE', `Run ${handle} has written no receipt`, {
        exit: EXIT.notFound,
        hint: `workflow status ${handle} shows what it did`,
      })
    : { file: join(root, ...receipt.split('/')) };
};
