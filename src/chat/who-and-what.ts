/** Who a chat user is to the engine, and which run a message is about. */
import { parseMessageRef } from './message-ref.ts';
import type { ChatUser, MessageRef } from './port.ts';
import type { RunView } from '../engine/view.types.ts';
import type { Engine, Identity } from '../runtime/engine.ts';

/** The identity under which the engine's rules are applied. */
export const identityOf = (user: ChatUser, channel: string): Identity => ({
  user: user.id,
  name: user.name,
  roles: user.roles,
  channel,
  local: user.local,
});

/** The run in memory that has a message at `ref`, or null. */
export const runOfMessage = (engine: Pick<Engine, 'live'>, ref: MessageRef): RunView | null =>
  engine.live().find((view) =>
    Object.values(view.messages).some((value) => {
      const known = parseMessageRef(value);
      return known?.id === ref.id && known.port === ref.port;
    }),
  ) ?? null;
