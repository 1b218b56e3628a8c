/**
 * The loopback's gateway: sessions, what they are sent, and the ways a test breaks them.
 *
 * A session outlives its socket: events go on being numbered and kept, so RESUME can replay
 * them. `gateway-connection.ts` owns one socket's protocol.
 */
import type { Duplex } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Core, Dispatch } from './core.ts';
import { createConnection } from './gateway-connection.ts';
import { sendEvent, type Connection, type GatewayState } from './gateway-session.ts';

/** The gateway in a test's hands. */
export interface LoopbackGateway {
  /** Every IDENTIFY so far, with its intents. */
  readonly identifies: readonly { readonly at: number; readonly intents: number }[];
  /** RESUMEs that were granted. */
  resumes(): number;
  /** Sockets that are open and hold a session. */
  connected(): number;
  /** Breaks every socket without a word. */
  cut(): void;
  /** Closes every socket with a code such as 4000, 4009, 4014. */
  close(code: number): void;
  /** Op 7: asks every client to reconnect. */
  requestReconnect(): void;
  /** Op 9: the session is no longer good, or (true) may be resumed. */
  invalidate(resumable: boolean): void;
  /** Answers the next RESUMEs with op 9 false and forgets their session. */
  refuseResume(times?: number): void;
  /** Closes the next IDENTIFY with `code`. */
  refuseIdentify(code: number): void;
  /** Answers heartbeats or, with false, leaves them unanswered. */
  acknowledgeHeartbeats(on: boolean): void;
  /** Takes new sockets or, with false, refuses them with 503. */
  acceptConnections(on: boolean): void;
}

/** The server's side: what wires the gateway to HTTP and to the rest. */
export interface GatewayServer {
  readonly controls: LoopbackGateway;
  readonly dispatch: Dispatch;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  shutDown(): void;
}

/** Creates the gateway. `core` is asked for late, because it needs `dispatch` first. */
export function createGateway(core: () => Core): GatewayServer {
  const server = new WebSocketServer({ noServer: true });
  const state: GatewayState = {
    sessions: new Map(),
    connections: new Set(),
    identifies: [],
    resumes: 0,
    refusedResumes: 0,
    identifyCloses: [],
    acknowledging: true,
    accepting: true,
  };
  const each = (act: (connection: Connection) => void): void => {
    for (const connection of state.connections) act(connection);
  };
  return {
    controls: {
      identifies: state.identifies,
      resumes: () => state.resumes,
      connected: () =>
        [...state.sessions.values()].filter((session) => session.connection !== undefined).length,
      cut() {
        // Detached at once: what happens from here on is missed, whenever the socket is seen to be dead.
        for (const session of state.sessions.values()) session.connection = undefined;
        each((connection) => connection.cut());
      },
      close: (code) => each((connection) => connection.close(code)),
      requestReconnect: () => each((connection) => connection.send({ op: 7, d: null })),
      invalidate(resumable) {
        if (!resumable) state.sessions.clear();
        each((connection) => connection.send({ op: 9, d: resumable }));
      },
      refuseResume: (times = 1) => void (state.refusedResumes = times),
      refuseIdentify: (code) => void state.identifyCloses.push(code),
      acknowledgeHeartbeats: (on) => void (state.acknowledging = on),
      acceptConnections: (on) => void (state.accepting = on),
    },
    dispatch(event, intent, data) {
      for (const session of state.sessions.values())
        if (intent === 0 || (session.intents & intent) !== 0)
          sendEvent(session, event, data(session.intents));
    },
    upgrade(request, socket, head) {
      if (!state.accepting) {
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => {
        createConnection(core(), state, webSocket);
      });
    },
    shutDown() {
      each((connection) => connection.cut());
      server.close();
    },
  };
}
