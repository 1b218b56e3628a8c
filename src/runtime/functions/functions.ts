/**
 * Functions of the bridge itself: what a SIMPLE task names in `function`, above all the
 * steps of failure workflows. They run inside the engine's process, so that reporting a
 * failure does not depend on an agent being up. All are idempotent: paths and lines are
 * made from the run's id.
 */
import type { RunState } from '../../engine/state.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { FunctionContext } from './context.ts';
import { createAlert } from './alert.ts';
import { generateIncident } from './incident.ts';
import { logToFile } from './log-to-file.ts';
import { notify } from './notify.ts';
import { preserveState } from './preserve-state.ts';

export interface BridgeFunctions {
  /** @throws Error whose message is the task's failure. */
  call(name: string, input: JsonObject, run: RunState): Promise<Json>;
}

type BridgeFunction = (context: FunctionContext) => Promise<Json>;

const functions: Readonly<Record<string, BridgeFunction>> = {
  echo: async ({ input }) => input,
  log_to_file: logToFile,
  log_to_incident: logToFile,
  create_0ut_alert: createAlert,
  notify_commander: notify,
  notify_team: notify,
  snapshot_workflow_state: preserveState,
  preserve_state: preserveState,
  generate_incident: generateIncident,
};

export const createFunctions = (
  options: Pick<FunctionContext, 'workspace' | 'clock'>,
): BridgeFunctions => ({
  async call(name, input, run) {
    if (!Object.hasOwn(functions, name)) {
      throw new Error(
        `No function is called "${name}"; there are ${Object.keys(functions).join(', ')}`,
      );
    }
    const call = functions[name];
    if (call === undefined) throw new Error(`Function "${name}" has no body`);
    return call({ input, run, ...options });
  },
});
