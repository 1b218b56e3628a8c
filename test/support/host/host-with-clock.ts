import type { Host } from '../../../src/lib/host/host.ts';
import { systemHost } from '../../../src/lib/host/system-host.ts';

/** This machine with a clock in hand. */
export const hostWithClock = (clock: Host['clock']): Host => ({ ...systemHost, clock });
