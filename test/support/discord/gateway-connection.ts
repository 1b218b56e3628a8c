/** One gateway socket: Hello, heartbeats, IDENTIFY, RESUME and member requests. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import type { Core } from './core.ts';
import { sendEvent, type Connection, type GatewayState, type Session } from './gateway-session.ts';
import { gatewayUrl } from './gateway-url.ts';
import { INTENTS } from './intents.ts';
import { guildPayload, memberWithUser, userPayload } from './payloads.ts';
import { applicationFlags } from './application.ts';
import { number, object, parseObject, text, texts, wire } from './wire.ts';

/** Greets the client and answers it until the socket closes. */
export function createConnection(core: Core, state: GatewayState, socket: WebSocket): Connection {
  let session: Session | undefined;
  const connection: Connection = {
    send: (packet) => socket.send(JSON.stringify(packet)),
    close: (code) => socket.close(code),
    cut: () => socket.terminate(),
  };
  const attach = (to: Session): void => {
    session = to;
    to.connection = connection;
    core.hub.changed();
  };
  state.connections.add(connection);
  socket.on('error', () => socket.terminate());
  socket.on('close', (code) => {
    state.connections.delete(connection);
    if (session?.connection === connection) session.connection = undefined;
    // A client that says goodbye with 1000 or 1001 gives its session up.
    if (session !== undefined && (code === 1000 || code === 1001))
      state.sessions.delete(session.id);
    core.hub.changed();
  });
  socket.on('message', (raw) => {
    const packet = parseObject(Buffer.isBuffer(raw) ? raw.toString('utf8') : '{}');
    const data = object(packet, 'd') ?? {};
    switch (number(packet, 'op')) {
      case 1:
        if (state.acknowledging) connection.send({ op: 11, d: null });
        return;
      case 2:
        return identify(core, state, connection, data, attach);
      case 3:
        return;
      case 6:
        return resume(core, state, connection, data, attach);
      case 8:
        return sendMembers(core, session, data);
      default:
        return connection.close(4001);
    }
  });
  connection.send({ op: 10, d: { heartbeat_interval: core.settings.heartbeatIntervalMs } });
  return connection;
}

type Attach = (session: Session) => void;

function identify(
  core: Core,
  state: GatewayState,
  connection: Connection,
  data: JsonObject,
  attach: Attach,
): void {
  const { world, settings } = core;
  const intents = number(data, 'intents') ?? 0;
  state.identifies.push({ at: settings.now(), intents });
  core.hub.changed();
  const refusal = state.identifyCloses.shift();
  if (refusal !== undefined) return connection.close(refusal);
  if (text(data, 'token') !== world.seed.token) return connection.close(4004);
  if (disallowed(core, intents)) return connection.close(4014);
  for (const old of state.sessions.values())
    if (old.connection === undefined) state.sessions.delete(old.id);
  const session: Session = { id: randomUUID(), intents, events: [], connection: undefined };
  state.sessions.set(session.id, session);
  attach(session);
  sendEvent(session, 'READY', {
    v: 10,
    user: userPayload(world.seed.bot),
    guilds: [{ id: world.seed.guildId, unavailable: true }],
    session_id: session.id,
    session_type: 'normal',
    resume_gateway_url: gatewayUrl(core),
    shard: [0, 1],
    application: { id: world.seed.applicationId, flags: applicationFlags(settings) },
  });
  if ((intents & INTENTS.guilds) !== 0) sendEvent(session, 'GUILD_CREATE', guildPayload(world));
}

function resume(
  core: Core,
  state: GatewayState,
  connection: Connection,
  data: JsonObject,
  attach: Attach,
): void {
  if (text(data, 'token') !== core.world.seed.token) return connection.close(4004);
  const session = state.sessions.get(text(data, 'session_id') ?? '');
  const refused = state.refusedResumes > 0;
  if (session === undefined || refused) {
    if (refused) state.refusedResumes -= 1;
    if (session !== undefined) state.sessions.delete(session.id);
    return connection.send({ op: 9, d: false });
  }
  const seen = number(data, 'seq') ?? 0;
  if (seen > session.events.length) return connection.close(4007);
  state.resumes += 1;
  for (const packet of session.events.slice(seen)) connection.send(packet);
  attach(session);
  sendEvent(session, 'RESUMED', { _trace: [] });
}

function sendMembers(core: Core, session: Session | undefined, data: JsonObject): void {
  if (session === undefined) return;
  const { world } = core;
  const asked = [text(data, 'user_ids') ?? [], ...texts(data, 'user_ids')].flat();
  const ids = [...world.members.keys()].filter((id) => asked.length === 0 || asked.includes(id));
  const nonce: Json | undefined = data['nonce'];
  sendEvent(
    session,
    'GUILD_MEMBERS_CHUNK',
    wire({
      guild_id: world.seed.guildId,
      members: ids.map((id) => memberWithUser(world, id)),
      chunk_index: 0,
      chunk_count: 1,
      not_found: asked.filter((id) => !world.members.has(id)),
      nonce,
    }),
  );
}

function disallowed({ settings }: Core, intents: number): boolean {
  const wants = (intent: number): boolean => (intents & intent) !== 0;
  return (
    (wants(INTENTS.messageContent) && !settings.messageContentGranted) ||
    (wants(INTENTS.guildMembers) && !settings.guildMembersGranted)
  );
}
