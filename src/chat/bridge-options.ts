/** What the bridge is made from. */
import type { LevelMap } from './messages/who.ts';
import type { ChatPort } from './port.ts';
import type { NotificationRoute } from './routes.ts';
import type { CommandSources } from '../../commands/command.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/logger.ts';
import type { Engine } from '../runtime/engine.ts';

export interface BridgeOptions {
  readonly engine: Engine;
  readonly ports: readonly ChatPort[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** `COMMAND_PREFIX`, such as `@workflow`. */
  readonly prefix: string;
  readonly routes: readonly NotificationRoute[];
  readonly levels: LevelMap;
  readonly sources: CommandSources;
}
