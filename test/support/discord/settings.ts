/** What a test may choose about its loopback Discord. */

/** Requests allowed per window, in milliseconds. */
export interface BucketLimit {
  readonly limit: number;
  readonly perMs: number;
}

/** Options of `createLoopbackDiscord`; everything has a default. */
export interface LoopbackOptions {
  /** TCP port; 0 (the default) lets the system choose. */
  readonly port?: number;
  /** The wall clock in milliseconds; used for ids, ages and expiry. */
  readonly now?: () => number;
  /**
   * `discord` (the default) counts like the real one in practice (5 posts in 5 s per channel);
   * `fast` is wide enough that no test meets it. Single limits are set by route,
   * such as `{'POST /channels/:channel/messages': {limit: 2, perMs: 300}}`.
   */
  readonly buckets?: 'discord' | 'fast' | Readonly<Record<string, BucketLimit>>;
  /** All requests of the bot together; 50 a second by default. */
  readonly globalLimit?: BucketLimit;
  /** Is the Message Content intent switched on for the application? Default true. */
  readonly messageContentGranted?: boolean;
  /** Is the Server Members intent switched on for the application? Default true. */
  readonly guildMembersGranted?: boolean;
  /** Sent in Hello. Default 41 250. */
  readonly heartbeatIntervalMs?: number;
  /** How long an interaction may stay unanswered. Default 3 000. */
  readonly acknowledgeWithinMs?: number;
  /** How long an interaction's token is good. Default 15 minutes. */
  readonly interactionTokenMs?: number;
  /** The limit on edits of old messages (30046): 3 in 20 s once older than an hour. */
  readonly lateEdits?: {
    readonly ageMs?: number;
    readonly limit?: number;
    readonly perMs?: number;
  };
}

/** The options with every default filled in. */
export interface Settings {
  readonly now: () => number;
  readonly bucketFor: (route: string) => BucketLimit;
  readonly globalLimit: BucketLimit;
  readonly messageContentGranted: boolean;
  readonly guildMembersGranted: boolean;
  readonly heartbeatIntervalMs: number;
  readonly acknowledgeWithinMs: number;
  readonly interactionTokenMs: number;
  readonly lateEdits: { readonly ageMs: number; readonly limit: number; readonly perMs: number };
}

const WIDE: BucketLimit = { limit: 10_000, perMs: 1_000 };
const DISCORD: Readonly<Record<string, BucketLimit>> = {
  'POST /channels/:channel/messages': { limit: 5, perMs: 5_000 },
  'PATCH /channels/:channel/messages/:message': { limit: 5, perMs: 5_000 },
  'DELETE /channels/:channel/messages/:message': { limit: 5, perMs: 1_000 },
  'PUT /channels/:channel/messages/:message/reactions/:emoji/@me': { limit: 1, perMs: 250 },
  'DELETE /channels/:channel/messages/:message/reactions/:emoji/@me': { limit: 1, perMs: 250 },
  'POST /webhooks/:application/:token': { limit: 5, perMs: 2_000 },
};

/** Fills in the defaults. */
export function settingsFrom(options: LoopbackOptions): Settings {
  const fast = options.buckets === 'fast';
  const chosen = typeof options.buckets === 'object' ? options.buckets : {};
  return {
    now: options.now ?? Date.now,
    bucketFor: (route) => chosen[route] ?? (fast ? undefined : DISCORD[route]) ?? WIDE,
    globalLimit: options.globalLimit ?? (fast ? WIDE : { limit: 50, perMs: 1_000 }),
    messageContentGranted: options.messageContentGranted ?? true,
    guildMembersGranted: options.guildMembersGranted ?? true,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    acknowledgeWithinMs: options.acknowledgeWithinMs ?? 3_000,
    interactionTokenMs: options.interactionTokenMs ?? 15 * 60_000,
    lateEdits: {
      ageMs: options.lateEdits?.ageMs ?? 3_600_000,
      limit: options.lateEdits?.limit ?? 3,
      perMs: options.lateEdits?.perMs ?? 20_000,
    },
  };
}
