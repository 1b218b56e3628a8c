/** Puts a receipt together from its payload and its run's history. Pure. */
import { isoTime, siriusTime } from '../../lib/sirius.ts';
import type { RunSummary, TaskIdentity } from '../agent.ts';
import { sha256Of } from '../receipt/canonical.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { ReceiptPayload } from './receipt-payload.ts';

export interface ReceiptSource {
  readonly given: ReceiptPayload;
  readonly totals: Receipt['totals'];
  /** SHA-256 of the payload as it came: with run, task and attempt, what the receipt was made for. */
  readonly inputSha256: string;
  readonly identity: TaskIdentity;
  readonly summary: RunSummary;
  readonly manifest: Receipt['manifest'];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export const buildReceipt = (source: ReceiptSource): Receipt => {
  const { given, identity, summary, at } = source;
  return {
    receipt_id: receiptId(identity),
    schema: 1,
    run_id: summary.run,
    workflow: { ...summary.workflow },
    type: given.receipt_type ?? TYPES[given.compliance_status],
    sirius_time: siriusTime(at),
    generated_at: isoTime(at),
    requested_by: summary.startedBy,
    task: { id: identity.task, attempt: identity.attempt, input_sha256: source.inputSha256 },
    target_folder: given.target_folder ?? given.output_folder,
    policy: { file: given.policy_file, version: given.policy_version, sha256: given.policy_sha256 },
    compliance_status: given.compliance_status,
    compliance_score: given.compliance_score,
    totals: source.totals,
    missing_files: given.missing_files,
    missing_folders: given.missing_folders,
    forbidden_files: given.forbidden_files,
    violations: given.violations,
    recommendations: given.recommendations,
    approval: approvalOf(given, summary),
    tasks: summary.tasks.map(({ id, status, attempts, duration }) => ({
      id,
      status,
      attempts,
      duration,
    })),
    manifest: source.manifest,
    audit: { ...summary.audit },
  };
};

/** The same for every attempt: a task makes one receipt, however often it is tried (I3). */
export const receiptId = (identity: TaskIdentity): string =>
  `receipt-${sha256Of(`${identity.run}/${identity.task}`).slice(0, 16)}`;

const TYPES = { PASS: 'SUCCESS', PARTIAL: 'WARNING', FAIL: 'FAILURE' } as const;

/** What the history says counts; the payload only where the history knows of no decision. */
const approvalOf = (given: ReceiptPayload, summary: RunSummary): Receipt['approval'] => {
  const last = summary.approvals.at(-1);
  if (last !== undefined) {
    const { task, decision, by, note, at } = last;
    return { task, decision, by, note, at: isoTime(at) };
  }
  if (given.approval === null || given.approval === undefined) return null;
  const { approval_decision: decision, decided_by: by, notes: note, decided_at } = given.approval;
  return { task: null, decision, by, note, at: decided_at };
};
