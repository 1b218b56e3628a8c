/**
 * RECEIPT_GENERATOR_AGENT: writes the receipt of a validation, its copy in the archive and, when
 * asked, the manifest.
 *
 * I3: done twice for one attempt with one input, it finds the receipt it wrote and leaves it as it
 * is; another attempt replaces it under the same `receipt_id`.
 */
import { basename, dirname, join } from 'node:path';
import { errorCode, writeFileAtomic } from '../../lib/atomic-file.ts';
import type { FileContent } from '../../lib/atomic-file.ts';
import type { JsonObject } from '../../lib/json.ts';
import { siriusTime } from '../../lib/sirius.ts';
import { AgentFailure } from '../agent.ts';
import type { AgentContext, BuiltinAgent } from '../agent.ts';
import { sha256Of } from '../receipt/canonical.ts';
import { printManifest } from '../receipt/manifest.ts';
import { readReceipt } from '../receipt/read-receipt.ts';
import { MANIFEST_FILE, printReceipt, RECEIPT_FILE } from '../receipt/receipt.ts';
import type { Receipt } from '../receipt/receipt.ts';
import { buildReceipt, receiptId } from './build-receipt.ts';
import { compareBytes } from './byte-order.ts';
import { openFiles } from './file-list.ts';
import type { Listed, ListedFile } from './file-list.ts';
import { fileFailure, stopIfAborted } from './file-failure.ts';
import { receiptPayload } from './receipt-payload.ts';
import type { ReceiptPayload } from './receipt-payload.ts';

const NAME = 'RECEIPT_GENERATOR_AGENT';

export const receiptGeneratorAgent: BuiltinAgent = {
  name: NAME,
  description: 'Writes the receipt of a validation, and the manifest when asked',
  concurrency: 4,
  handle: async (payload, context) => {
    const given = receiptPayload(NAME, payload);
    const inputSha256 = sha256Of(JSON.stringify(payload));
    // 1. Where
    const target = await context.paths.write(`${given.output_folder}/${RECEIPT_FILE}`);
    // 2. Written already?
    const kept = await findWritten(target, inputSha256, context);
    if (kept !== null) {
      await archive(kept.text, context);
      return outputOf(kept.receipt, kept.sha256, target, context);
    }
    // 3. The manifest first: the receipt states its hash
    const manifest = given.generate_manifest ? await writeManifest(given, context) : null;
    // 4. The receipt, then its copy
    const receipt = buildReceipt({
      given,
      totals: await totalsOf(given, context),
      inputSha256,
      identity: context.identity,
      summary: await context.history.summary(),
      manifest,
      at: context.now(),
    });
    const { text, sha256 } = printReceipt(receipt);
    await write(target, text, context);
    await archive(text, context);
    context.progress(100, `${receipt.type} receipt ${receipt.receipt_id}`);
    return outputOf(receipt, sha256, target, context);
  },
};

/** As the scan says; counted where it does not. */
const totalsOf = async (
  given: ReceiptPayload,
  context: AgentContext,
): Promise<Receipt['totals']> => {
  const totals = { files: given.total_files, bytes: given.total_size };
  const list = given.file_list ?? null;
  if ((totals.files !== null && totals.bytes !== null) || list === null) return totals;
  let [files, bytes] = [0, 0];
  for await (const portion of (await openFiles(list, context))()) {
    files += portion.length;
    bytes += portion.reduce((sum, file) => sum + (file.size ?? 0), 0);
  }
  return { files: totals.files ?? files, bytes: totals.bytes ?? bytes };
};

const findWritten = async (target: string, inputSha256: string, context: AgentContext) => {
  const id = receiptId(context.identity);
  const bytes = readIfThere(target, context);
  // Most often it is the receipt of another run, which need not be read to the end to see that.
  if (bytes?.includes(id) !== true) return null;
  const found = readReceipt(bytes);
  if ('problem' in found) return null;
  const { receipt, sha256 } = found;
  const same =
    receipt.receipt_id === id &&
    receipt.task.attempt === context.identity.attempt &&
    receipt.task.input_sha256 === inputSha256;
  if (!same || !(await manifestIsThere(receipt, target, context))) return null;
  return { receipt, sha256, text: bytes.toString('utf8') };
};

/** A receipt is small: read at once, it is there sooner. */
const readIfThere = (file: string, { host }: AgentContext): Buffer | null => {
  try {
    return host.files.read(file);
  } catch {
    return null;
  }
};

const manifestIsThere = async (
  receipt: Receipt,
  target: string,
  { host }: AgentContext,
): Promise<boolean> => {
  if (receipt.manifest === null) return true;
  const bytes = await host.files.load(join(dirname(target), MANIFEST_FILE)).catch(() => null);
  return bytes !== null && sha256Of(bytes) === receipt.manifest.sha256;
};

const writeManifest = async (
  given: ReceiptPayload,
  context: AgentContext,
): Promise<NonNullable<Receipt['manifest']>> => {
  if (given.file_list === null || given.file_list === undefined) {
    throw new AgentFailure(
      'AgentError',
      `${NAME} cannot use its input: payload.file_list: expected a list of files, because generate_manifest is true. Pass the scan's file_list`,
      { retryable: false },
    );
  }
  const target = await context.paths.write(`${given.output_folder}/${MANIFEST_FILE}`);
  const head = {
    station: basename(context.paths.root),
    run: context.identity.run,
    siriusTime: siriusTime(context.now()),
    folder: given.target_folder ?? given.output_folder,
  };
  const manifest = await printManifest(head, await openFiles(sortedList(given.file_list), context));
  await write(target, () => manifest.text(), context);
  return { file: context.paths.relative(target), sha256: manifest.sha256 };
};

/** A list that came in the payload may be in any order; the scanner sorts those that lie in files. */
const sortedList = (listed: Listed<ListedFile>): Listed<ListedFile> =>
  listed.type === 'file'
    ? listed
    : { ...listed, entries: listed.entries.toSorted((a, b) => compareBytes(a.path, b.path)) };

/** The run's own copy, which later runs on the same folder leave alone. */
const archive = async (text: string, context: AgentContext): Promise<void> => {
  const { run } = context.identity;
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u.test(run)) {
    throw new AgentFailure('AgentError', `"${run}" is not a run id; no receipt is kept for it`, {
      retryable: false,
    });
  }
  const file = join(context.paths.root, '.3ox', 'archive', 'receipts', `${run}.yaml`);
  await write(file, text, context);
};

const write = async (file: string, text: FileContent, context: AgentContext): Promise<void> => {
  stopIfAborted(context.signal, 'Writing the receipt');
  // Half-written files stay out of folders that people watch and agents scan.
  const tempFolder = join(context.paths.root, '.3ox', 'workflow-data');
  const { host } = context;
  const put = (): Promise<void> =>
    writeFileAtomic(file, text, { tempFolder, sync: true, mode: 0o666, host });
  try {
    await put().catch(async (error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      for (const folder of [tempFolder, dirname(file)]) host.files.makeFolder(folder, 0o777);
      await put();
    });
  } catch (error) {
    throw fileFailure(error, 'Writing', context.paths.relative(file));
  }
};

const outputOf = (
  receipt: Receipt,
  sha256: string,
  target: string,
  context: AgentContext,
): JsonObject => ({
  receipt: context.paths.relative(target),
  receipt_id: receipt.receipt_id,
  receipt_type: receipt.type,
  sha256,
  compliance_status: receipt.compliance_status,
  compliance_score: receipt.compliance_score,
  manifest: receipt.manifest?.file ?? null,
});
