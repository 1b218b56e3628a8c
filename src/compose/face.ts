import type { Config } from '../config.ts';
import type { Logger } from '../lib/logger.ts';
import type { FoundStation } from '../station/find-station.ts';
import type { OpenEngine } from './open-engine.ts';
import type { StopSignal } from './stop-signal.ts';
import type { Watched } from './watch-engine.ts';

/** What a face is put in front of. */
export interface FaceOptions {
  readonly open: OpenEngine;
  readonly station: FoundStation;
  readonly config: Config;
  readonly logger: Logger;
  readonly stop: StopSignal;
  /** The HTTP server, or null when it is off. */
  readonly web: Watched['web'];
}
