/**
 * Faults a test plants in the REST side: each waits for requests that match, harms as many as
 * it was told to, and is gone. The first that matches wins.
 */

/** How a request is harmed. Times are in milliseconds. */
type FaultKind =
  /** Answered with `status` (and `code`, `message`) without being applied. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
    }
  /** Applied, and then the connection is reset instead of an answer. */
  | { readonly kind: 'drop-after-apply' }
  /** The connection is reset and nothing happens. */
  | { readonly kind: 'drop-before-apply' }
  /** Applied after a while. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Applied when the test calls `release()`. */
  | { readonly kind: 'hold' }
  | { readonly kind: '429' | '429-global' | '429-shared'; readonly retryAfterMs: number }
  /** Applied, but the rate limit headers promise a full bucket. */
  | { readonly kind: 'dishonest-headers' };

/** Which requests, how often, and the harm. */
export type Fault = FaultKind & {
  readonly method?: string;
  /**
   * A route pattern (`/channels/:channel/messages`), a path with ids in it, or an expression
   * over the path. Absent: every route.
   */
  readonly route?: string | RegExp;
  /** Default 1. */
  readonly times?: number;
};

/** A planted fault. */
interface PlantedFault {
  /** Requests harmed so far. */
  hits(): number;
  /** Lets the requests of a `hold` go on, those to come included. */
  release(): void;
  /** Takes the fault away. */
  remove(): void;
}

/** A fault that matched; `released` is settled at once unless it holds. */
interface Harm {
  readonly fault: Fault;
  readonly released: Promise<void>;
}

/** The faults of one loopback. */
export interface Faults {
  add(fault: Fault): PlantedFault;
  clear(): void;
  /** The harm for this request, if any; counts it. */
  take(request: {
    readonly method: string;
    readonly route: string;
    readonly path: string;
  }): Harm | undefined;
}

/** Creates an empty set. `changed` is called when a fault hits. */
export function createFaults(changed: () => void): Faults {
  const planted = new Set<{ readonly fault: Fault; hits: number; readonly gate: Gate }>();
  return {
    add(fault) {
      const entry = { fault, hits: 0, gate: createGate() };
      planted.add(entry);
      if (fault.kind !== 'hold') entry.gate.open();
      return {
        hits: () => entry.hits,
        release() {
          entry.gate.open();
          planted.delete(entry);
        },
        remove: () => void planted.delete(entry),
      };
    },
    clear() {
      for (const { gate } of planted) gate.open();
      planted.clear();
    },
    take(request) {
      for (const entry of planted) {
        if (!matches(entry.fault, request)) continue;
        entry.hits += 1;
        if (entry.hits >= (entry.fault.times ?? 1) && entry.fault.kind !== 'hold')
          planted.delete(entry);
        changed();
        return { fault: entry.fault, released: entry.gate.opened };
      }
      return undefined;
    },
  };
}

interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

function createGate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

function matches(
  { method, route }: Fault,
  request: { readonly method: string; readonly route: string; readonly path: string },
): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (route === undefined) return true;
  return typeof route === 'string'
    ? route === request.route || route === request.path
    : route.test(request.path);
}
