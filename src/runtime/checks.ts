/**
 * Checks of definitions that look at the station: `<input>_exists`, `<input>_writable`,
 * `receipt_generated`. `all_tasks_completed` is the engine's own.
 */
import { errorMessage } from '../lib/error-code.ts';
import type { Check, WorkflowDefinition } from '../engine/definition.ts';
import type { RunId } from '../engine/ids.ts';
import { viewOf } from '../engine/view.ts';
import type { RunView } from '../engine/view.types.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Kernel } from './kernel.ts';
import type { Workspace } from './ports.ts';

/** Why a pre-check refuses the start, or null when all hold. */
export const failedPreCheck = async (
  definition: WorkflowDefinition,
  input: JsonObject,
  workspace: Workspace,
): Promise<{ readonly check: string; readonly message: string } | null> => {
  for (const check of definition.preChecks) {
    const why = await failureOfPathCheck(check, input, workspace);
    if (why !== null) return { check: check.check, message: worded(check, why) };
  }
  return null;
};

/** Why a run may not complete, or null. */
const failedPostCheck = async (
  view: RunView,
  checks: readonly Check[],
  workspace: Workspace,
): Promise<string | null> => {
  for (const check of checks) {
    if (check.check === 'all_tasks_completed') continue;
    const why =
      check.check === 'receipt_generated'
        ? await failureOfReceipt(view, workspace)
        : await failureOfPathCheck(check, view.input, workspace);
    if (why !== null) return `${check.check}: ${worded(check, why)}`;
  }
  return null;
};

/** {@link failedPostCheck} for a run of `kernel` as it is now; null for one that is not there. */
export const postChecksOn =
  (kernel: Pick<Kernel, 'committed'>, workspace: Workspace) =>
  async (run: RunId): Promise<string | null> => {
    const committed = kernel.committed(run);
    if (committed === null) return null;
    const { state, version } = committed;
    return failedPostCheck(viewOf(state, { version }), state.definition.postChecks, workspace);
  };

/** The definition's own words, and what was found: the one says what matters, the other what to mend. */
const worded = ({ error }: Check, why: string): string =>
  error === null ? why : `${error}: ${why}`;

const failureOfReceipt = async (view: RunView, workspace: Workspace): Promise<string | null> => {
  if (view.receipt === null) return 'no task wrote a receipt';
  return (await workspace.exists(view.receipt)) ? null : `the receipt ${view.receipt} is gone`;
};

const failureOfPathCheck = async (
  { check }: Check,
  input: JsonObject,
  workspace: Workspace,
): Promise<string | null> => {
  const parts = /^(?<name>.+)_(?<kind>exists|writable)$/u.exec(check)?.groups;
  if (parts === undefined) throw new Error(`Check "${check}" was not refused when it was loaded`);
  const path = input[parts['name'] ?? ''];
  if (typeof path !== 'string') return `input ${parts['name']} holds no path`;
  const [holds, why] =
    parts['kind'] === 'exists'
      ? ([workspace.exists(path), `${path} does not exist in the station`] as const)
      : ([workspace.writable(path), `${path} cannot be written`] as const);
  // A path that leaves the station is refused with a message for people: it is the answer.
  return holds.then((ok) => (ok ? null : why), errorMessage);
};
