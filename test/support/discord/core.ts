/** What every part of the loopback shares. */
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Hub } from './hub.ts';
import type { LateEdits } from './late-edits.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** Sends a gateway event to every session whose intents ask for it. */
export type Dispatch = (
  event: string,
  /** The intent bit that asks for it; 0 sends it to all. */
  intent: number,
  /** The event's data as a session with these intents sees it. */
  data: (intents: number) => JsonObject,
) => void;

/** State, time and the way out to the gateway. */
export interface Core {
  readonly world: World;
  readonly settings: Settings;
  readonly hub: Hub;
  readonly nextId: (at?: number) => string;
  readonly dispatch: Dispatch;
  readonly lateEdits: LateEdits;
  /** `http://127.0.0.1:PORT`, known once the server listens. */
  readonly origin: () => string;
}
