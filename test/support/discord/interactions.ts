/**
 * People using buttons, menus, modals and slash commands. Each makes an INTERACTION_CREATE and
 * gives the test a handle on what the bot answers.
 */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Core } from './core.ts';
import type {
  InteractionKind,
  InteractionRecord,
  InteractionResponse,
} from './interaction-record.ts';
import { FILE_BYTES } from './limits.ts';
import { ALL_PERMISSIONS, memberWithUser, messagePayload, userPayload } from './payloads.ts';
import type { LoopbackMessage, LoopbackUser } from './types.ts';
import { wire } from './wire.ts';

/** One interaction in a test's hands. Waits default to 10 s. */
export interface InteractionHandle {
  readonly id: string;
  readonly token: string;
  readonly record: InteractionRecord;
  /** The bot's first response (callback type 4–9). */
  response(timeoutMs?: number): Promise<InteractionResponse>;
  /** The message the bot answers with, once it is more than "thinking…". */
  answer(timeoutMs?: number): Promise<LoopbackMessage>;
  /** The first follow-up. */
  followUp(timeoutMs?: number): Promise<LoopbackMessage>;
  /** What `@original` stands for now. */
  original(): LoopbackMessage | undefined;
  followUps(): readonly LoopbackMessage[];
  /** From now on Discord no longer knows it: 10062, or 50027 for its token. */
  expire(): void;
}

/** What is to be an interaction. */
export interface NewInteraction {
  readonly kind: InteractionKind;
  readonly user: LoopbackUser;
  readonly channelId: string;
  readonly data: JsonObject;
  readonly messageId?: string;
}

const LOADING = 128;

/** Stores and announces an interaction. */
export function createInteraction(core: Core, wanted: NewInteraction): InteractionHandle {
  const record: InteractionRecord = {
    id: core.nextId(),
    token: randomBytes(48).toString('base64url'),
    createdAt: core.settings.now(),
    followUpIds: [],
    expired: false,
    ...wanted,
  };
  core.world.interactions.set(record.id, record);
  core.dispatch('INTERACTION_CREATE', 0, () => interactionPayload(core, record));
  core.hub.changed();
  return createHandle(core, record);
}

function createHandle(core: Core, record: InteractionRecord): InteractionHandle {
  const { world, hub } = core;
  const at = (id: string | undefined): LoopbackMessage | undefined =>
    id === undefined ? undefined : world.messages.get(id);
  const followUps = (): readonly LoopbackMessage[] =>
    record.followUpIds.flatMap((id) => at(id) ?? []);
  const name = `interaction ${record.id}`;
  return {
    id: record.id,
    token: record.token,
    record,
    response: (ms) => hub.waitFor(() => record.response, ms, `a response to ${name}`),
    answer: (ms) =>
      hub.waitFor(
        () => {
          const message = at(record.originalId);
          return message !== undefined && (message.flags & LOADING) === 0 && message;
        },
        ms,
        `an answer to ${name}`,
      ),
    followUp: (ms) => hub.waitFor(() => followUps()[0], ms, `a follow-up of ${name}`),
    original: () => at(record.originalId),
    followUps,
    expire: () => void (record.expired = true),
  };
}

/** Traps kept: `channel` is there, `entitlements` and the owners are empty, never absent. */
function interactionPayload({ world }: Core, record: InteractionRecord): JsonObject {
  const channel = world.channel(record.channelId);
  const message = record.messageId === undefined ? undefined : world.messages.get(record.messageId);
  return wire({
    id: record.id,
    application_id: world.seed.applicationId,
    type: record.kind,
    token: record.token,
    version: 1,
    guild_id: channel.guildId,
    channel_id: channel.id,
    channel: { id: channel.id, type: channel.type },
    ...(channel.guildId === undefined
      ? { user: userPayload(record.user) }
      : {
          member: { ...memberWithUser(world, record.user.id), permissions: ALL_PERMISSIONS },
          guild_locale: 'en-US',
        }),
    message: message === undefined ? undefined : messagePayload(world, message),
    data: record.data,
    locale: 'en-US',
    app_permissions: ALL_PERMISSIONS,
    entitlements: [],
    authorizing_integration_owners: {},
    context: channel.guildId === undefined ? 1 : 0,
    attachment_size_limit: FILE_BYTES,
  });
}
