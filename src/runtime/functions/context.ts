import type { RunState } from '../../engine/state.ts';
import type { Clock } from '../../lib/clock.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Workspace } from '../ports.ts';

/** What a function may use. */
export interface FunctionContext {
  readonly input: JsonObject;
  /** The run whose task this is; for a failure step, the failure run. */
  readonly run: RunState;
  readonly workspace: Workspace;
  readonly clock: Clock;
}
