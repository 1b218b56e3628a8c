/** Where clients connect, for READY and for `GET /gateway/bot`. */
import type { Core } from './core.ts';

/** `ws://127.0.0.1:PORT/gateway`. */
export const gatewayUrl = (core: Core): string => `${core.origin().replace('http', 'ws')}/gateway`;
