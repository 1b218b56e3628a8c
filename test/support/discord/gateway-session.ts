/** Gateway sessions: their events are numbered from 1 and kept, so that RESUME can replay them. */
import type { JsonObject } from '../../../src/lib/json.ts';

/** A socket as the gateway drives it. */
export interface Connection {
  send(packet: JsonObject): void;
  close(code: number): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
}

/** A session the bot holds, connected or not. */
export interface Session {
  readonly id: string;
  readonly intents: number;
  readonly events: JsonObject[];
  connection: Connection | undefined;
}

/** What the connections share. */
export interface GatewayState {
  readonly sessions: Map<string, Session>;
  readonly connections: Set<Connection>;
  readonly identifies: { readonly at: number; readonly intents: number }[];
  resumes: number;
  refusedResumes: number;
  /** Close codes for the next IDENTIFYs. */
  readonly identifyCloses: number[];
  acknowledging: boolean;
  accepting: boolean;
}

/** Numbers, keeps and, when the session is connected, sends an event. */
export function sendEvent(session: Session, event: string, data: JsonObject): void {
  const packet = { op: 0, s: session.events.length + 1, t: event, d: data };
  session.events.push(packet);
  session.connection?.send(packet);
}
