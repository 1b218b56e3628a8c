/** Who asks for something, after identities were mapped to levels by the station's settings. */
import type { AgentLevel } from './definition.ts';

export interface Actor {
  /** `user:<id>`, `agent:<name>` or `system`. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  /** L0 (Commander) to L3 (Worker); null when the settings give none. */
  readonly level: AgentLevel | null;
  /** `role:<id or name>` and `channel:<id>` entries that apply. */
  readonly groups: readonly string[];
}

/** The engine acting by itself: timers, recovery, failure workflows. */
export const systemActor: Actor = { id: 'system', name: 'system', level: 'L0', groups: [] };
